using System.Text;
using System.Text.Json;
using Marketplace.Core.Data;
using Marketplace.Jose;
using Npgsql;

namespace Marketplace.Core.Keys;

/// <param name="Kid">RFC 7638 thumbprint.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="PublishedAt">Since when verifiers can know it.</param>
/// <param name="ActiveFrom">When it began to sign.</param>
/// <param name="RetiredAt">When it ceased to.</param>
internal sealed record SigningKeyRow(
    string Kid, SigningKeyState State, DateTimeOffset PublishedAt, DateTimeOffset? ActiveFrom, DateTimeOffset? RetiredAt);

/// <summary>The signing keys' rows, within the connection's transaction. Who writes holds the lock.</summary>
internal sealed class SigningKeyTable(NpgsqlConnection connection, MasterKey masterKey)
{
    // "mksk" in ASCII; any number will do as long as it stays.
    private const long LockKey = 0x6d6b736b;

    public Task LockAsync(CancellationToken cancellation) => ExecuteAsync($"select pg_advisory_xact_lock({LockKey})", cancellation);

    public async Task<List<SigningKeyRow>> ReadAsync(CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand(
            "select kid, state, created_at, active_from, retired_at from signing_key where state <> 'gone' order by created_at", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        var keys = new List<SigningKeyRow>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(new SigningKeyRow(
                reader.GetString(0), StoredEnum.FromWord<SigningKeyState>(reader.GetString(1)), reader.GetFieldValue<DateTimeOffset>(2),
                Time(reader, 3), Time(reader, 4)));
        }
        return keys;
    }

    public async Task<SigningKeyRow> InsertAsync(SigningKeyState state, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        using var box = new SealedBox(masterKey, "signing-key");
        DateTimeOffset? activeFrom = state == SigningKeyState.Active ? now : null;
        await ExecuteAsync(
            """
            insert into signing_key (kid, algorithm, state, public_jwk, private_key, created_at, active_from)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            cancellation,
            key.KeyId!, key.Algorithm!, StoredEnum.ToWord(state), key.ToJson(),
            box.Seal(Encoding.UTF8.GetBytes(key.ToPrivateJson()), key.KeyId!), now, (object?)activeFrom ?? DBNull.Value);
        return new SigningKeyRow(key.KeyId!, state, now, activeFrom, null);
    }

    public Task ActivateAsync(string kid, DateTimeOffset now, CancellationToken cancellation) =>
        ExecuteAsync("update signing_key set state = 'active', active_from = $2 where kid = $1", cancellation, kid, now);

    /// <summary>It signs no more, so that its private part is of no use but to a thief.</summary>
    public Task RetireAsync(string kid, DateTimeOffset now, CancellationToken cancellation) =>
        ExecuteAsync("update signing_key set state = 'retired', retired_at = $2, private_key = null where kid = $1", cancellation, kid, now);

    public Task ForgetAsync(string kid, DateTimeOffset now, CancellationToken cancellation) =>
        ExecuteAsync("update signing_key set state = 'gone', gone_at = $2, private_key = null where kid = $1", cancellation, kid, now);

    /// <summary>Puts a change on the audit trail, done by the system; before <see cref="TellAsync"/>.</summary>
    /// <param name="action">One of <c>signing_key.announced</c>, <c>put_on_standby</c>, <c>activated</c> and <c>removed</c>.</param>
    /// <param name="kid">The key.</param>
    /// <param name="reason">By schedule, or who asked for it.</param>
    /// <param name="replaced">The key whose place it takes.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task AuditAsync(string action, string kid, string reason, string? replaced, DateTimeOffset now, CancellationToken cancellation) => ExecuteAsync(
        "select signing_key_audited($1, $2, $3, $4, $5::json)",
        cancellation,
        now, action, kid, reason, replaced is null ? DBNull.Value : JsonSerializer.Serialize(new { replaced }));

    /// <summary>Gives the change its policy revision; last in the transaction, as any revision.</summary>
    public Task TellAsync(DateTimeOffset now, CancellationToken cancellation) => ExecuteAsync("select signing_keys_changed($1)", cancellation, now);

    private async Task ExecuteAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
