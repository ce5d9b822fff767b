using Marketplace.Contracts.Policy;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>What was called and stands in no document: paths to add, or callers to mend.</summary>
public sealed class UnmatchedPathReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int MostPaths = 500;
    private const int MostOperations = 5000;
    private const int Shown = 50;

    /// <summary>At most 50 shapes of the 500 paths called most, those that applications called first: anybody can invent others. Null when there is no such line that the actor may watch.</summary>
    public async Task<IReadOnlyList<UnmatchedPath>?> ListAsync(Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await ShadowCallReader.SpanAsync(db, db.ApiVersions.WatchedBy(actor), api, version, environment, clock.GetUtcNow(), cancellation) is not var (line, since))
            return null;
        var rows = await db.Database.SqlQuery<Row>(
            $"""
            select client_id as "ClientId", method as "Method", path as "Path", reason as "Reason", count as "Count", first_seen_at as "FirstAt", last_seen_at as "LastAt"
            from unmatched_call where api_version_id = {line} and environment = {environment} and last_seen_at >= {since}
            """).OrderByDescending(r => r.Count).ThenBy(r => r.Path).ThenBy(r => r.Method).Take(MostPaths).ToListAsync(cancellation);
        if (rows.Count == 0)
            return [];
        var basePath = await db.ApiVersions.Where(v => v.Id == line).Select(v => v.BasePath).SingleAsync(cancellation);
        var published = await db.Operations.Where(o => o.ApiVersionId == line && o.RemovedIn == null)
            .OrderBy(o => o.BitIndex).Take(MostOperations).Select(o => new PolicyOperation(o.BitIndex, o.Key, o.Method, o.Path)).ToListAsync(cancellation);
        var operations = published.ConvertAll(o => new NearOperation(o.Key, o.Method, o.Path, ""));
        // A revision since then may have brought the endpoint.
        var matcher = new OperationMatcher(published, basePath.TrimEnd('/'));
        rows.RemoveAll(r => matcher.Match(r.Method, r.Path).Found);
        return
        [
            .. rows.GroupBy(r => (r.Method, Shape: NearestOperation.ShapeOf(r.Path), r.Reason))
                .OrderByDescending(g => g.Any(r => r.ClientId.Length > 0)).ThenByDescending(g => g.Sum(r => r.Count)).Take(Shown)
                .Select(g => new UnmatchedPath(
                    g.Key.Method, g.Key.Shape, g.First().Path, g.Key.Reason, g.Sum(r => r.Count), g.Select(r => r.Path).Distinct(StringComparer.Ordinal).Count(),
                    g.Min(r => r.FirstAt), g.Max(r => r.LastAt),
                    [.. g.Select(r => r.ClientId).Where(c => c.Length > 0).Distinct(StringComparer.Ordinal).Take(5)],
                    NearestOperation.Of(g.Key.Method, g.Key.Shape, operations, basePath))),
        ];
    }

    private sealed record Row(string ClientId, string Method, string Path, string Reason, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);
}
