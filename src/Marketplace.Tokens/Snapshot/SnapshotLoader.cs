using System.Data;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tokens.Snapshot;

/// <summary>Makes a snapshot of everything, or the next one from the last and what the change log says.</summary>
internal sealed class SnapshotLoader(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, MasterKey masterKey, TokenPlaneOptions options, TimeProvider clock)
{
    // Beyond this, reading everything is no slower than reading so many parts.
    private const int MaxChanges = 1000;

    private readonly SigningKeyStore _keys = new(database, masterKey, clock);

    public async Task<TokenSnapshot> LoadAsync(CancellationToken cancellation)
    {
        var first = await _keys.LoadOrCreateAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var queries = new SnapshotQueries(connection, transaction);
        var revision = await queries.RevisionAsync(cancellation);
        // Again, as of that revision: a rotation in between would be told by none that is still to come.
        var keys = await _keys.ReadAsync(connection, cancellation) ?? first;
        var resources = await queries.ResourcesAsync(null, cancellation);
        return new TokenSnapshot
        {
            Revision = revision,
            Signing = new SigningState(keys),
            Clients = (await ClientsAsync(queries, null, cancellation)).ToDictionary(c => c.ClientId, StringComparer.Ordinal),
            Lines = await LinesAsync(queries, null, cancellation),
            Targets = TargetsOf(resources),
            Resources = resources.ToDictionary(r => r.Key),
        };
    }

    /// <summary>The snapshot at the head: only what changed since <paramref name="last"/> is read again.</summary>
    public async Task<TokenSnapshot> AdvanceAsync(TokenSnapshot last, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var queries = new SnapshotQueries(connection, transaction);
        var revision = await queries.RevisionAsync(cancellation);
        var changes = await queries.ChangesAfterAsync(last.Revision, cancellation);
        // A lower head is another database, or one restored from a backup.
        if (revision < last.Revision || changes.Count > MaxChanges || !changes.TrueForAll(IsConfined))
            return await LoadAsync(cancellation);

        var next = last with { Revision = revision };
        if (changes.Exists(c => c.Kind == PolicyChangeKind.SigningKeys) && await _keys.ReadAsync(connection, cancellation) is { } keys)
            next = next with { Signing = new SigningState(keys) };
        Guid[] lines = [.. changes.Where(c => c.Kind == PolicyChangeKind.Published).Select(c => c.ApiVersionId!.Value).Distinct()];
        if (lines.Length > 0)
            next = await ReplaceLinesAsync(queries, next, lines, cancellation);
        Guid[] applications = [.. changes.Where(c => c.ApplicationId is not null).Select(c => c.ApplicationId!.Value).Distinct()];
        if (applications.Length > 0)
            next = await ReplaceClientsAsync(queries, next, applications, cancellation);
        return next;
    }

    /// <summary>Whether a change says which part to read again. What is not understood is answered by reading everything.</summary>
    private static bool IsConfined(PolicyChangeDraft change) => change.Kind switch
    {
        PolicyChangeKind.Published => change.ApiVersionId is not null,
        PolicyChangeKind.Granted or PolicyChangeKind.Revoked or PolicyChangeKind.Suspended or PolicyChangeKind.Resumed or PolicyChangeKind.Application => change.ApplicationId is not null,
        PolicyChangeKind.SigningKeys or PolicyChangeKind.Limits => true,
        _ => false,
    };

    private async Task<TokenSnapshot> ReplaceLinesAsync(
        SnapshotQueries queries, TokenSnapshot last, Guid[] ids, CancellationToken cancellation)
    {
        var lines = new Dictionary<Guid, ApiLine>(last.Lines);
        foreach (var id in ids)
            lines.Remove(id);
        foreach (var (id, line) in await LinesAsync(queries, ids, cancellation))
            lines.Add(id, line);
        List<ApiResource> resources =
        [
            .. last.Resources.Values.Where(r => !ids.Contains(r.Key.Line)),
            .. await queries.ResourcesAsync(ids, cancellation),
        ];
        return last with
        {
            Lines = lines,
            Targets = TargetsOf(resources),
            Resources = resources.ToDictionary(r => r.Key),
        };
    }

    private Dictionary<string, TargetKey> TargetsOf(List<ApiResource> resources)
    {
        // Our own names first: an owner may choose any audience, also one that looks like another's.
        var targets = resources.ToDictionary(options.ResourceUrl, r => r.Key, StringComparer.Ordinal);
        foreach (var resource in resources)
            targets.TryAdd(resource.Audience, resource.Key);
        return targets;
    }

    private async Task<TokenSnapshot> ReplaceClientsAsync(
        SnapshotQueries queries, TokenSnapshot last, Guid[] ids, CancellationToken cancellation)
    {
        var clients = new Dictionary<string, Client>(last.Clients, StringComparer.Ordinal);
        foreach (var gone in last.Clients.Values.Where(c => ids.Contains(c.Id)))
            clients.Remove(gone.ClientId);
        foreach (var client in await ClientsAsync(queries, ids, cancellation))
            clients.Add(client.ClientId, client);
        return last with { Clients = clients };
    }

    private static async Task<Dictionary<Guid, ApiLine>> LinesAsync(SnapshotQueries queries, Guid[]? ids, CancellationToken cancellation) =>
        (await queries.OperationsAsync(ids, cancellation))
            .GroupBy(o => o.Line)
            .ToDictionary(line => line.Key, line => new ApiLine([.. line.Select(o => (o.Index, o.Key))]));

    private async Task<IEnumerable<Client>> ClientsAsync(SnapshotQueries queries, Guid[]? ids, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var applications = await queries.ApplicationsAsync(ids, cancellation);
        var credentials = (await queries.CredentialsAsync(ids, now, cancellation)).ToLookup(c => c.Application, c => c.Credential);
        var grants = (await queries.GrantsAsync(ids, now, cancellation)).ToLookup(g => g.Application);
        return applications.Select(application => new Client(
            application.Id,
            application.ClientId,
            application.Team,
            [.. credentials[application.Id]],
            grants[application.Id].GroupBy(g => g.Target)
                .ToDictionary(target => target.Key, target => new ClientGrants(
                    [.. target.Select(g => g.Standing).OfType<GrantPeriod>()], [.. target.Select(g => g.Suspended).OfType<GrantPeriod>()]))));
    }
}
