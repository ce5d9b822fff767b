using Npgsql;

namespace Marketplace.Core.Keys;

/// <summary>Where the master key comes from. A value wins over a file.</summary>
public sealed record MasterKeySource
{
    public const string Variable = "MARKETPLACE_MASTER_KEY";

    /// <summary>32 bytes in base64 or base64url, as <c>openssl rand -base64 32</c> prints them; usually of <see cref="Variable"/>.</summary>
    public string? Value { get; init; }

    /// <summary>A file that holds such a value.</summary>
    public string? File { get; init; }

    /// <summary>
    /// For the embedded default alone: makes <see cref="File"/> (mode 0600) when it is missing and the database holds
    /// nothing that another master key has sealed.
    /// </summary>
    public bool MayGenerate { get; init; }

    /// <summary>The master key, proven to be the one that sealed this database. The database must be migrated.</summary>
    /// <exception cref="MasterKeyException">There is none, or it is another database's.</exception>
    public async Task<MasterKey> OpenAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var seal = await DatabaseSeal.LockAsync(database, cancellation);
        var key = Read() ?? await GenerateAsync(seal, cancellation);
        await seal.ProveAsync(key, cancellation);
        return key;
    }

    private MasterKey? Read()
    {
        if (!string.IsNullOrWhiteSpace(Value))
            return Parse(Value, Variable);
        if (File is null)
            throw new MasterKeyException($"There is no master key: set {Variable} to 32 random bytes in base64, or name a file that holds them.");
        if (!System.IO.File.Exists(File))
            return null;
        try
        {
            return Parse(System.IO.File.ReadAllText(File), File);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The master key file {File} cannot be read: {e.Message}", e);
        }
    }

    private async Task<MasterKey> GenerateAsync(DatabaseSeal seal, CancellationToken cancellation)
    {
        if (!MayGenerate)
            throw new MasterKeyException($"The master key file {File} is missing.");
        if (await seal.IsSealedAsync(cancellation))
        {
            throw new MasterKeyException(
                $"The master key file {File} is missing, and the database holds keys that only it can open. "
                + "Restore the file; a new one would make every signing key and client secret useless.");
        }
        return MasterKeyFile.Create(File!);
    }

    private static MasterKey Parse(string text, string origin)
    {
        var value = text.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (!Jose.Base64Url.TryDecode(value, out var bytes) || bytes.Length != MasterKey.Length)
            throw new MasterKeyException($"{origin} does not hold {MasterKey.Length} bytes in base64 (openssl rand -base64 32).");
        return new MasterKey(bytes);
    }
}
