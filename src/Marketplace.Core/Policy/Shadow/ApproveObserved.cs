using Marketplace.Core.Access;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <param name="Refused">Why some could not be approved.</param>
public sealed record ApprovedObserved(int Requests, int Endpoints, IReadOnlyList<Problem> Refused);

/// <summary>Endpoints that are asked for in waiting requests and called already.</summary>
public sealed record WaitingObserved(int Requests, int Endpoints);

/// <summary>
/// An owner approves in one go what waits for a decision and is called already. What is asked for and was never called
/// still waits. Each request is decided by itself, as on its own page.
/// </summary>
public sealed class ApproveObserved(IDbContextFactory<MarketplaceDb> databases, DecideAccessRequest decide, TimeProvider clock)
{
    private const int MostAtOnce = 50;

    public async Task<WaitingObserved?> WaitingAsync(Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        var waiting = await ReadAsync(actor, api, version, environment, cancellation);
        return waiting is null ? null : new(waiting.Select(w => w.Number).Distinct().Count(), waiting.Count);
    }

    public async Task<Outcome<ApprovedObserved>> ExecuteAsync(Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        if (await ReadAsync(actor, api, version, environment, cancellation) is not { } waiting)
            return new Problem(Problem.NotFound, $"There is no {api} {version} whose requests you may decide.", "version");
        if (waiting.Count == 0)
            return new Problem("already_decided", "No request waits that asks for what is called. Ask the teams to send one.", "environment");
        var (requests, endpoints, refused) = (0, 0, new List<Problem>());
        foreach (var request in waiting.GroupBy(w => w.Number).OrderBy(r => r.Key).Take(MostAtOnce))
        {
            var decided = await decide.ExecuteAsync(actor, request.Key, [.. request.Select(w => new OperationDecision(w.Operation, true, null, new(api, version)))], cancellation);
            if (decided.Succeeded)
                (requests, endpoints) = (requests + 1, endpoints + decided.Value.Approved);
            else
                refused.AddRange(decided.Problems.Select(p => p with { Message = $"Request {request.Key}: {p.Message}", Field = null }));
        }

        return requests == 0 && refused.Count > 0 ? refused : new ApprovedObserved(requests, endpoints, refused);
    }

    private async Task<List<Waiting>?> ReadAsync(Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var owned = db.Apis.WithOwner(actor).Select(a => a.Id);
        var now = clock.GetUtcNow();
        if (await ShadowCallReader.SpanAsync(db, db.ApiVersions.Where(v => owned.Contains(v.ApiId)), api, version, environment, now, cancellation) is not var (line, _))
            return null;
        // Mostly nobody waits: then what is called need not be looked at.
        var clients = await db.Database.SqlQuery<string>(
            $"""
            select distinct p.client_id as "Value" from access_request r join application p on p.id = r.application_id
            where r.environment = {environment} and r.status = 'pending' and r.until > {now} and p.disabled_at is null and r.requested_by <> {actor.Id}
              and exists (select from access_request_item i where i.access_request_id = r.id and i.api_version_id = {line} and i.decision = 'pending')
            """).ToArrayAsync(cancellation);
        if (clients.Length == 0)
            return [];
        return await db.Database.SqlQuery<Waiting>(
            $"""
            select distinct r.number as "Number", o.key as "Operation"
            from shadow_series({line}, {environment}, {now}) s join application p on p.client_id = s.client_id
              join operation o on o.api_version_id = {line} and o.bit_index = s.operation and o.removed_in is null
              join access_request r on r.application_id = p.id and r.environment = {environment} and r.status = 'pending' and r.until > {now} and r.requested_by <> {actor.Id}
              join access_request_item i on i.access_request_id = r.id and i.operation_id = o.id and i.decision = 'pending'
            where not s.solved and s.client_id = any({clients})
            """).OrderBy(w => w.Number).ThenBy(w => w.Operation).ToListAsync(cancellation);
    }

    private sealed record Waiting(long Number, string Operation);
}
