using System.Security.Cryptography;
using Marketplace.Core.Applications;
using Marketplace.Core.Policy;
using Marketplace.Jose;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Tokens.Snapshot;

/// <summary>
/// The set-based reads behind a snapshot, all in one read-only transaction. A null filter means all rows.
/// </summary>
internal sealed class SnapshotQueries(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private const int SecondsForAll = 120;

    public async Task<long> RevisionAsync(CancellationToken cancellation)
    {
        // The first question on a connection from the pool, which may have died there.
        await using var command = new NpgsqlCommand("select revision from policy_head", connection, transaction) { CommandTimeout = PolicyWatch.Patience };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public Task<List<PolicyChangeDraft>> ChangesAfterAsync(long revision, CancellationToken cancellation) => ReadAsync(
        "select kind, api_version_id, environment, application_id from policy_change where revision > $1 order by revision, position",
        [new NpgsqlParameter { Value = revision }],
        row => new PolicyChangeDraft(
            row.GetString(0), Nullable<Guid>(row, 1), row.IsDBNull(2) ? null : row.GetString(2), Nullable<Guid>(row, 3)),
        cancellation);

    public Task<List<ApiResource>> ResourcesAsync(Guid[]? lines, CancellationToken cancellation) => ReadAsync(
        """
        select a.uri, a.api_version_id, a.environment, p.name || '/' || v.version || '/' || a.environment, p.title || ' ' || v.version, p.team_id,
          p.classification = 'public'
        from audience a join api_version v on v.id = a.api_version_id join api p on p.id = v.api_id
        where v.lifecycle in ('published', 'deprecated') and ($1 is null or v.id = any($1))
        """,
        [Filter(lines)],
        row => new ApiResource(
            new TargetKey(row.GetGuid(1), string.Intern(row.GetString(2))), row.GetString(0), row.GetString(3), row.GetString(4), row.GetGuid(5),
            row.GetBoolean(6)),
        cancellation);

    public Task<List<(Guid Line, int Index, string Key)>> OperationsAsync(Guid[]? lines, CancellationToken cancellation) => ReadAsync(
        """
        select o.api_version_id, o.bit_index, o.key
        from operation o join api_version v on v.id = o.api_version_id
        where o.removed_in is null and v.lifecycle in ('published', 'deprecated') and ($1 is null or v.id = any($1))
        """,
        [Filter(lines)],
        row => (row.GetGuid(0), row.GetInt32(1), row.GetString(2)),
        cancellation);

    public Task<List<(Guid Id, string ClientId, Guid Team)>> ApplicationsAsync(Guid[]? applications, CancellationToken cancellation) => ReadAsync(
        "select id, client_id, team_id from application where disabled_at is null and ($1 is null or id = any($1))",
        [Filter(applications)],
        row => (row.GetGuid(0), row.GetString(1), row.GetGuid(2)),
        cancellation);

    /// <summary>A key set is as many credentials as it has keys, or one that proves nothing.</summary>
    public async Task<IEnumerable<(Guid Application, Credential Credential)>> CredentialsAsync(
        Guid[]? applications, DateTimeOffset now, CancellationToken cancellation) => (await ReadAsync(
        """
        select application_id, secret_hash, public_jwk, expires_at, certificate, certificate_name, id, keys, environment
        from application_credential left join client_key_set on credential_id = id
        where revoked_at is null and (expires_at is null or expires_at > $2) and ($1 is null or application_id = any($1))
        """,
        [Filter(applications), new NpgsqlParameter { Value = now }],
        row => (Application: row.GetGuid(0), Credential: new Credential(
            row.GetGuid(6),
            row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1),
            row.IsDBNull(2) ? null : CredentialKey(row.GetString(2)),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
            row.IsDBNull(4) ? null : SHA256.HashData(Convert.FromBase64String(row.GetString(4))),
            !row.IsDBNull(5) && CertificateName.TryParse(row.GetString(5), out var name) ? name : null) { Environment = row.IsDBNull(8) ? null : string.Intern(row.GetString(8)) },
            KeySet: row.IsDBNull(7) ? null : row.GetString(7)),
        cancellation)).SelectMany(row => row.KeySet is null ? [(row.Application, row.Credential)] : KeysOf(row.Credential, row.KeySet).Select(key => (row.Application, key)));

    private static IEnumerable<Credential> KeysOf(Credential credential, string json)
    {
        var keys = JwkSet.TryParse(json, out var set) ? set.Keys.Select(UsableKey).OfType<VerificationKey>() : [];
        return keys.Select(key => credential with { Key = key, IsFromUrl = true }).DefaultIfEmpty(credential with { IsFromUrl = true });
    }

    /// <summary>Each with when it stands, and when it is set aside: one, the other, or first this and then that.</summary>
    public Task<List<(Guid Application, TargetKey Target, GrantPeriod? Standing, GrantPeriod? Suspended)>> GrantsAsync(
        Guid[]? applications, DateTimeOffset now, CancellationToken cancellation) => ReadAsync(
        """
        select g.application_id, g.api_version_id, g.environment, o.bit_index,
          floor(extract(epoch from greatest(g.valid_from, g.suspended_until)))::bigint, floor(extract(epoch from g.valid_until))::bigint,
          case when g.suspended_at is not null and coalesce(g.suspended_until > $2, true)
            then floor(extract(epoch from least(g.suspended_until, g.valid_until)))::bigint end
        from access_grant g join operation o on o.id = g.operation_id
        where g.ended_at is null and g.valid_until > $2 and ($1 is null or g.application_id = any($1))
        """,
        [Filter(applications), new NpgsqlParameter { Value = now }],
        row => (row.GetGuid(0), new TargetKey(row.GetGuid(1), string.Intern(row.GetString(2))),
            row.IsDBNull(6) || row.GetInt64(6) < row.GetInt64(5) ? new GrantPeriod(row.GetInt32(3), Seconds(row.GetInt64(4)), Seconds(row.GetInt64(5))) : (GrantPeriod?)null,
            row.IsDBNull(6) ? (GrantPeriod?)null : new GrantPeriod(row.GetInt32(3), 0, Seconds(row.GetInt64(6)))),
        cancellation);

    private static VerificationKey? CredentialKey(string json) => JwkJson.TryParse(json, out var key, out _) ? UsableKey(key) : null;

    /// <summary>A key without "alg" serves ES256 or PS256, by its kind; RS256 must be named. An unusable one proves nothing.</summary>
    private static VerificationKey? UsableKey(Jwk key)
    {
        var algorithm = key.Algorithm is null
            ? (key.KeyType == Jwk.Rsa ? JwsAlgorithm.PS256 : JwsAlgorithm.ES256)
            : JwsAlgorithms.Parse(key.Algorithm);
        return algorithm is { } known && known.Fits(key.KeyType) && key.Use is null or "sig" ? new VerificationKey(key, known) : null;
    }

    private static uint Seconds(long value) => (uint)Math.Clamp(value, 0, uint.MaxValue);

    private static T? Nullable<T>(NpgsqlDataReader row, int column) where T : struct =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static NpgsqlParameter Filter(Guid[]? ids) =>
        new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private async Task<List<T>> ReadAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> map, CancellationToken cancellation)
    {
        // Everything at once takes its time.
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = SecondsForAll };
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(map(reader));
        return rows;
    }
}
