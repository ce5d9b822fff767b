using System.Text;
using Marketplace.Core.Data;
using Marketplace.Jose;
using Npgsql;

namespace Marketplace.Core.Keys;

/// <summary>Reads the signing keys from the database, and makes the first ones.</summary>
public sealed class SigningKeyStore(NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock)
{
    /// <summary>The keys, or null while no plane that may make them has started yet.</summary>
    /// <exception cref="MasterKeyException">A key does not open under the master key.</exception>
    public async Task<KeyRing?> LoadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, cancellation);
    }

    /// <summary>The keys; an active and a standby one are made if there are none. Of two that start at once, one makes them.</summary>
    /// <exception cref="MasterKeyException">A key does not open under the master key.</exception>
    public async Task<KeyRing> LoadOrCreateAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await ReadAsync(connection, cancellation) is { } present)
            return present;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var table = new SigningKeyTable(connection, masterKey);
        await table.LockAsync(cancellation);
        if (await ReadAsync(connection, cancellation) is { } others)
            return others;
        var now = clock.GetUtcNow();
        foreach (var (state, action) in new[] { (SigningKeyState.Active, "signing_key.activated"), (SigningKeyState.Standby, "signing_key.put_on_standby") })
        {
            var key = await table.InsertAsync(state, now, cancellation);
            await table.AuditAsync(action, key.Kid, "There was no signing key yet.", null, now, cancellation);
        }
        await table.TellAsync(now, cancellation);
        await transaction.CommitAsync(cancellation);
        return await ReadAsync(connection, cancellation) ?? throw new InvalidOperationException("The keys just made are not there.");
    }

    /// <summary>The keys as the connection's transaction sees them.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public async Task<KeyRing?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand(
            """
            select kid, state, public_jwk, private_key from signing_key
            where state <> 'gone'
            order by case state when 'active' then 1 when 'retired' then 3 else 2 end, created_at
            """,
            connection);
        Jwk? active = null;
        var published = new List<Jwk>();
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var kid = reader.GetString(0);
            published.Add(Parse(reader.GetString(2), kid));
            if (StoredEnum.FromWord<SigningKeyState>(reader.GetString(1)) == SigningKeyState.Active)
                active = Open(kid, reader.GetFieldValue<byte[]>(3));
        }
        return active is null ? null : new KeyRing(active, published);
    }

    private Jwk Open(string kid, byte[] sealedKey)
    {
        using var box = new SealedBox(masterKey, "signing-key");
        var key = Parse(Encoding.UTF8.GetString(box.Open(sealedKey, kid)), kid);
        // The seal is bound to the kid; this holds the kid to the key.
        return key.Thumbprint() == kid && key.HasPrivateKey ? key : throw new MasterKeyException($"Signing key {kid} is not the key that its name says.");
    }

    private static Jwk Parse(string json, string kid) =>
        JwkJson.TryParse(json, out var key, out var error) ? key : throw new InvalidOperationException($"Signing key {kid} is unreadable: {error}");
}
