using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <param name="Calls">Since shadow mode began.</param>
/// <param name="Endpoints">How many endpoints they went to.</param>
/// <param name="Unmatched">Calls of these that no endpoint of the document matches.</param>
/// <param name="AskedAt">When its team was last asked to request them.</param>
public sealed record ShadowApplication(
    string ClientId, string Name, string Team, string TeamTitle, bool Disabled, long Calls, int Endpoints, long Unmatched, DateTimeOffset? AskedAt);

/// <param name="ClientId">Empty where no good token said one.</param>
/// <param name="Request">A request for it that waits for a decision.</param>
/// <param name="Requestable">It is published, and can be granted.</param>
/// <param name="FirstAt">The day of the first call.</param>
/// <param name="LastAt">The hour of the last call.</param>
public sealed record ShadowCall(
    string ClientId, string Operation, string Method, string Path, string Reason, long Calls, DateTimeOffset FirstAt, DateTimeOffset LastAt,
    long? Request, bool Requestable);

/// <summary>Who would be refused, and for what: calls that shadow mode let through and that would not pass now either.</summary>
public sealed class ShadowCallReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int MostCalls = 500;

    /// <summary>More kinds of calls than this are added up once a while for all who look.</summary>
    private const int MostAddedUpEachTime = 1000;

    private readonly BriefMemory<(Guid Line, string Environment, PageRequest Page), Page<ShadowApplication>> _applications = new(clock, TimeSpan.FromSeconds(30), 200);

    /// <summary>Applications by their calls, the most first. Null when there is no such line that the actor may watch.</summary>
    public async Task<Page<ShadowApplication>?> ApplicationsAsync(
        Actor actor, string api, string version, string environment, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await SpanAsync(db, actor, api, version, environment, cancellation) is not var (line, since))
            return null;
        var many = await db.Database.SqlQuery<int>(
            $"""select count(*)::int as "Value" from (select from call_series where api_version_id = {line} and environment = {environment} limit {MostAddedUpEachTime + 1}) s""")
            .SingleAsync(cancellation) > MostAddedUpEachTime;
        return !many ? await ApplicationsAsync(db, line, environment, since, page, cancellation) : await _applications.GetAsync((line, environment, page), async () =>
        {
            await using var own = await databases.CreateDbContextAsync();
            return await ApplicationsAsync(own, line, environment, since, page, CancellationToken.None);
        });
    }

    private Task<Page<ShadowApplication>> ApplicationsAsync(
        MarketplaceDb db, Guid line, string environment, DateTimeOffset since, PageRequest page, CancellationToken cancellation) =>
        db.Database.SqlQuery<ShadowApplication>(
            $"""
            select p.client_id as "ClientId", p.name as "Name", t.name as "Team", t.title as "TeamTitle", p.disabled_at is not null as "Disabled",
              sum(u.count)::bigint as "Calls", count(distinct s.operation) filter (where s.operation >= 0)::int as "Endpoints",
              coalesce(sum(u.count) filter (where s.operation < 0), 0)::bigint as "Unmatched",
              (select a.asked_at from shadow_ask a where a.api_version_id = {line} and a.environment = {environment} and a.application_id = p.id) as "AskedAt"
            from shadow_series({line}, {environment}, {clock.GetUtcNow()}) s
              join call_usage u on u.series_id = s.id and u.span = 86400 and u.start >= {since}
              join application p on p.client_id = s.client_id join team t on t.id = p.team_id
            where not s.solved
            group by p.id, t.id
            """).OrderByDescending(a => a.Calls).ThenBy(a => a.ClientId).ToPageAsync(page, cancellation);

    /// <summary>Calls to endpoints of these applications, or where none are named those without a good token; at most 500, the most frequent first.</summary>
    public async Task<IReadOnlyList<ShadowCall>?> CallsAsync(
        Actor actor, string api, string version, string environment, IReadOnlyCollection<string> clients, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await SpanAsync(db, actor, api, version, environment, cancellation) is not var (line, since))
            return null;
        return await CallsAsync(db, line, environment, since, clients.Count == 0 ? [""] : clients, clock.GetUtcNow(), cancellation);
    }

    internal static async Task<List<ShadowCall>> CallsAsync(
        MarketplaceDb db, Guid line, string environment, DateTimeOffset since, IReadOnlyCollection<string> clients, DateTimeOffset now, CancellationToken cancellation) =>
        await db.Database.SqlQuery<ShadowCall>(
            $"""
            select s.client_id as "ClientId", o.key as "Operation", o.method as "Method", o.path as "Path", s.reason as "Reason", sum(u.count)::bigint as "Calls",
              min(u.start) as "FirstAt",
              coalesce((select max(h.start) from call_usage h where h.series_id = s.id and h.span = 3600), max(u.start)) as "LastAt",
              (select max(r.number) from access_request r join access_request_item i on i.access_request_id = r.id join application p on p.id = r.application_id
                where p.client_id = s.client_id and r.environment = {environment} and r.status = 'pending' and i.operation_id = o.id and i.decision = 'pending') as "Request",
              o.removed_in is null and o.not_enforceable is null as "Requestable"
            from shadow_series({line}, {environment}, {now}) s
              join call_usage u on u.series_id = s.id and u.span = 86400 and u.start >= {since}
              join operation o on o.api_version_id = {line} and o.bit_index = s.operation
            where not s.solved and s.client_id = any({clients.ToArray()})
            group by s.id, s.client_id, s.reason, o.id
            """).OrderByDescending(c => c.Calls).ThenBy(c => c.ClientId).ThenBy(c => c.Operation).ThenBy(c => c.Reason).Take(MostCalls).ToListAsync(cancellation);

    /// <summary>The line, and from when its calls count: the day on which shadow mode began, else a week ago.</summary>
    internal static async Task<(Guid Line, DateTimeOffset Since)?> SpanAsync(
        MarketplaceDb db, IQueryable<Catalog.ApiVersion> lines, string api, string version, string environment, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = await lines.Where(v => v.Api!.Name == api && v.Version == version && v.Audiences.Any(a => a.Environment == environment)).Select(v => new
        {
            v.Id,
            BeganAt = db.ShadowModes.Where(s => s.ApiVersionId == v.Id && s.Environment == environment).Select(s => s.BeganAt).SingleOrDefault(),
        }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var since = (found.BeganAt ?? now.AddDays(-7)).ToUniversalTime();
        return (found.Id, new DateTimeOffset(since.UtcDateTime.Date, TimeSpan.Zero));
    }

    private Task<(Guid Line, DateTimeOffset Since)?> SpanAsync(
        MarketplaceDb db, Actor actor, string api, string version, string environment, CancellationToken cancellation) =>
        SpanAsync(db, db.ApiVersions.WatchedBy(actor), api, version, environment, clock.GetUtcNow(), cancellation);
}
