using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>What the disk holds: as it came over the wire, so that it can be verified again.</summary>
/// <param name="Snapshot">The signed snapshot.</param>
/// <param name="Keys">The key set that it was verified with.</param>
/// <param name="Revision">The highest revision that was ever in force; an older snapshot is not the one that was put there.</param>
/// <param name="ConfirmedAt">When the control plane last said that it is the newest.</param>
internal sealed record StoredPolicy(string Snapshot, byte[] Keys, long Revision, DateTimeOffset ConfirmedAt);

/// <summary>
/// The last good policy on this service's own disk, so that it can start while the marketplace is away. A disk that is
/// full or cannot be written costs a warning and nothing else.
/// </summary>
internal sealed partial class PolicyStore(IOptions<MarketplaceOptions> options, TimeProvider time, ILogger<PolicyStore> logger)
{
    private const string SnapshotFile = "snapshot.jwt";
    private const string KeysFile = "jwks.json";
    private const string ConfirmedFile = "confirmed";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);
    private readonly string? folder = FolderOf(options.Value);
    private KeySet? keysOnDisk;
    private string? unsaved;
    private long writtenAt;
    private TimeSpan pause;

    /// <summary>Why the disk does not hold what is in force; null while it does, or none is wanted.</summary>
    public string? Fault { get; private set; }

    public StoredPolicy? Load()
    {
        StoredPolicy? kept = null;
        Try(() => kept = Read());
        return kept;
    }

    /// <summary>A policy is in force that was verified with these keys.</summary>
    public void Save(string snapshot, KeySet keys, long revision)
    {
        unsaved = folder is null ? null : snapshot;
        Try(() => Write(snapshot, keys, revision));
    }

    /// <summary>It is the newest, as of now; and these are the keys, if it can be verified with them.</summary>
    public void Confirm(long revision, KeySet keys, bool canBeVerified)
    {
        // By the monotonic clock, so that one that is set back puts nothing off.
        var isDue = time.GetElapsedTime(writtenAt) >= pause;
        if (unsaved is not { } snapshot)
            Try(() => WriteNews(revision, canBeVerified && !ReferenceEquals(keys, keysOnDisk) ? keys : null, isDue));
        else if (isDue && canBeVerified)
            // Never a revision without its policy: the next start would refuse the older one beside it.
            Try(() => Write(snapshot, keys, revision));
    }

    private StoredPolicy? Read()
    {
        if (Read(SnapshotFile) is not { } snapshot || Read(KeysFile) is not { } keys || Read(ConfirmedFile) is not { } confirmed)
            return null;
        var words = Encoding.ASCII.GetString(confirmed).Split(' ');
        return words.Length == 2 && long.TryParse(words[0], CultureInfo.InvariantCulture, out var revision)
            && long.TryParse(words[1], CultureInfo.InvariantCulture, out var at) && at is >= 0 and < 253402300800
                ? new StoredPolicy(Encoding.ASCII.GetString(snapshot), keys, revision, DateTimeOffset.FromUnixTimeSeconds(at))
                : throw new IOException($"{ConfirmedFile} is not what was written there.");
    }

    // In this order a crash leaves an older policy, or one whose keys are here, and never a revision without its policy.
    private void Write(string snapshot, KeySet keys, long revision)
    {
        WriteKeys(keys);
        Write(SnapshotFile, Encoding.ASCII.GetBytes(snapshot));
        WriteConfirmation(revision);
        unsaved = null;
    }

    private void WriteNews(long revision, KeySet? newKeys, bool isDue)
    {
        if (newKeys is not null)
            WriteKeys(newKeys);
        if (isDue)
            WriteConfirmation(revision);
    }

    private void WriteKeys(KeySet keys)
    {
        Write(KeysFile, keys.Json.Span);
        keysOnDisk = keys;
    }

    private void WriteConfirmation(long revision)
    {
        Write(ConfirmedFile, Encoding.ASCII.GetBytes(FormattableString.Invariant($"{revision} {time.GetUtcNow().ToUnixTimeSeconds()}")));
        (writtenAt, pause) = (time.GetTimestamp(), Pause);
    }

    private byte[]? Read(string name) => PrivateFile.Read(Path.Combine(folder!, name));

    private void Write(string name, ReadOnlySpan<byte> content) => PrivateFile.Write(Path.Combine(folder!, name), content);

    private void Try(Action work)
    {
        if (folder is null)
            return;
        try
        {
            work();
            Fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Fault != e.Message)
                Log.Disk(logger, e.Message);
            Fault = e.Message;
            // Tried again with the next policy, or after the pause.
            (writtenAt, pause) = (time.GetTimestamp(), PauseAfterFault);
        }
    }

    private static string? FolderOf(MarketplaceOptions options)
    {
        if (options.StateFolder is not null)
            return options.StateFolder.Length == 0 ? null : Path.GetFullPath(options.StateFolder);
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var issuer = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.ExpectedIssuer)))[..8];
        return own.Length == 0 ? null : Path.Combine(own, "marketplace", Uri.EscapeDataString($"{options.Api}-{options.Version}-{options.Environment}-{issuer}"));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The policy in force cannot be kept on disk, or read from there; enforcement goes on, and a restart needs the marketplace. {Fault}")]
        public static partial void Disk(ILogger logger, string fault);
    }
}
