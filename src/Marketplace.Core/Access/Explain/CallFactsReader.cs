using Marketplace.Contracts.Policy;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Jose;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Explain;

/// <summary>What the database knows of a call; each question once, however long the line's list of grants is.</summary>
internal static class CallFactsReader
{
    private const int GrantsShown = 20;

    /// <summary>The keys that are published now, as every data plane fetches them.</summary>
    public static async Task<JwsVerifier> KeysAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var keys = await db.SigningKeys.Where(k => k.State != Keys.SigningKeyState.Gone).Select(k => k.PublicJwk).ToListAsync(cancellation);
        return new(JwkSet.TryParse($$"""{"keys":[{{string.Join(',', keys)}}]}""", out var set) ? VerificationKey.FromSet(set, JwsAlgorithm.ES256, JwsAlgorithm.PS256) : []);
    }

    public static async Task<AskedApplication?> ApplicationAsync(MarketplaceDb db, Actor actor, string clientId, CancellationToken cancellation)
    {
        var everything = actor.ReadsEverything;
        return await db.Applications.Where(a => a.ClientId == clientId).Select(a => new AskedApplication(
            a.Id, a.ClientId, a.Name, a.Team!.Title, everything || a.Team.Memberships.Any(m => m.PersonId == actor.Id), a.Team.Memberships.Any(m => m.PersonId == actor.Id),
            a.DisabledAt, a.DeletedAt)).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Whether the line's team knows of the application: it asked for access, or was given some.</summary>
    public static Task<bool> IsKnownAsync(MarketplaceDb db, Guid line, Guid application, CancellationToken cancellation) => db.AccessRequests
        .AnyAsync(r => r.ApplicationId == application && r.Items.Any(i => i.Operation!.ApiVersionId == line), cancellation);

    public static async Task<(OperationMatch Match, PolicyOperation? Removed, IReadOnlyList<PolicyOperation> All)> MatchAsync(
        MarketplaceDb db, AskedLine line, CallQuestion question, CancellationToken cancellation)
    {
        var rows = await db.Operations.Where(o => o.ApiVersionId == line.Id)
            .Select(o => new { Operation = new PolicyOperation(o.BitIndex, o.Key, o.Method, o.Path), Removed = o.RemovedIn != null }).ToListAsync(cancellation);
        List<PolicyOperation> published = [.. rows.Where(o => !o.Removed).Select(o => o.Operation)];
        List<PolicyOperation> removed = [.. rows.Where(o => o.Removed).Select(o => o.Operation)];
        if (question.Target is not { Length: > 0 } target)
        {
            var named = published.Find(o => o.Key == question.Operation);
            return (new(named, named is null ? ReasonCode.OperationUnknown : null), removed.Find(o => o.Key == question.Operation), published);
        }

        var path = LineFinder.PathOf(target, line);
        var match = new OperationMatcher(published, line.BasePath.TrimEnd('/')).Match(question.Method, path);
        var was = match.Found ? null : new OperationMatcher(removed, line.BasePath.TrimEnd('/')).Match(question.Method, path).Operation;
        return (match, was, published);
    }

    /// <summary>The application's grants of the endpoint, the newest first.</summary>
    public static async Task<List<AskedGrant>> GrantsAsync(
        MarketplaceDb db, AskedLine line, AskedApplication application, int bit, DateTimeOffset at, CancellationToken cancellation) => await db.Grants
        .Where(g => g.ApplicationId == application.Id && g.ApiVersionId == line.Id && g.Environment == line.Environment && g.Operation!.BitIndex == bit)
        .OrderByDescending(g => g.GrantedAt).ThenByDescending(g => g.Id).Take(GrantsShown)
        .Select(g => new
        {
            Grant = g,
            Spent = db.QuotaUses.Where(q => q.ApplicationId == g.ApplicationId && q.ApiVersionId == g.ApiVersionId && q.Environment == g.Environment
                && q.PlanLimitsId == g.PlanLimitsId && q.SpentAt <= at && q.Until > at).OrderByDescending(q => q.Until).FirstOrDefault(),
        })
        .Select(g => new AskedGrant(
            g.Grant.Id, g.Grant.GrantedAt, g.Grant.ValidFrom, g.Grant.ValidUntil, g.Grant.EndedAt, g.Grant.EndKind, g.Grant.SuspendedAt, g.Grant.SuspendedUntil, g.Grant.EndSetAt,
            g.Spent == null ? null : g.Spent.SpentAt, g.Spent == null ? null : g.Spent.Until))
        .ToListAsync(cancellation);

    public static Task<long?> PendingAsync(MarketplaceDb db, AskedLine line, AskedApplication application, int bit, CancellationToken cancellation) => db.AccessRequests
        .Where(r => r.ApplicationId == application.Id && r.Environment == line.Environment && r.Status == RequestStatus.Pending
            && r.Items.Any(i => i.Decision == Decision.Pending && i.Operation!.ApiVersionId == line.Id && i.Operation.BitIndex == bit))
        .OrderByDescending(r => r.Number).Select(r => (long?)r.Number).FirstOrDefaultAsync(cancellation);

    /// <summary>Whether it can prove itself to the token plane for that environment.</summary>
    public static Task<bool> HasCredentialAsync(MarketplaceDb db, AskedLine line, AskedApplication application, DateTimeOffset now, CancellationToken cancellation) => db.Credentials
        .AnyAsync(c => c.ApplicationId == application.Id && c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now)
            && (c.Environment == null || c.Environment == line.Environment), cancellation);

    /// <summary>How many of the data planes that live enforce the first change that was made at that moment or later.</summary>
    public static async Task<ExplainedReach?> ReachAsync(MarketplaceDb db, AskedLine line, DateTimeOffset changed, DateTimeOffset now, CancellationToken cancellation)
    {
        var alive = now - DataPlaneReader.SilentAfter;
        var rows = await db.Database.SqlQuery<ReachRow>(
            $"""
            select c.revision as "Revision", count(d.client_id)::int as "DataPlanes", (count(*) filter (where d.revision >= c.revision))::int as "Enforced"
            from (select min(revision) as revision from line_changes({line.Id}, {line.Environment}) where at >= {changed}) c
              left join data_plane d on d.api_version_id = {line.Id} and d.environment = {line.Environment} and d.seen_at >= {alive}
            where c.revision is not null group by 1
            """).ToListAsync(cancellation);
        return rows is [var row] ? new(changed, row.Revision, row.DataPlanes, row.Enforced) : null;
    }

    private sealed record ReachRow(long Revision, int DataPlanes, int Enforced);
}
