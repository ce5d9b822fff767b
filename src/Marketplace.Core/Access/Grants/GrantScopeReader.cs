using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants;

/// <param name="Called">How many of the grants were called in the last 24 hours, as far as data planes told.</param>
public sealed record GrantScopeRow(
    string ClientId, string Application, string ApplicationTeam, string Api, string ApiTitle, string Version, string Environment, int Grants, int Called, int Suspended);

/// <summary>What would happen to whom, before somebody does it.</summary>
/// <param name="Grants">Those that stand and that the reader may end.</param>
/// <param name="Called">How many of them were called in the last 24 hours.</param>
/// <param name="Suspended">How many are suspended.</param>
/// <param name="EndSet">How many have an end that was brought forward.</param>
/// <param name="Rows">By application, line and environment: the most called first, and so many at most.</param>
public sealed record GrantScopeView(
    int Grants, int Applications, int Lines, int Called, int Suspended, int EndSet, DateTimeOffset FirstUntil, DateTimeOffset LastUntil, IReadOnlyList<GrantScopeRow> Rows)
{
    public const int RowsShown = 50;

    /// <summary>"214 grants of 3 applications at 2 APIs; 12 of them were called in the last 24 hours".</summary>
    public string Sentence =>
        $"{Count(Grants, "grant")} of {Count(Applications, "application")} at {Count(Lines, "API")}; "
        + (Called == 0 ? "none was called in the last 24 hours" : $"{Called:N0} of them {(Called == 1 ? "was" : "were")} called in the last 24 hours");

    private static string Count(int count, string one) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}

public sealed class GrantScopeReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Of the grants that the actor may end. Not found where there is none.</summary>
    public async Task<Outcome<GrantScopeView>> PreviewAsync(Actor actor, GrantScope scope, CancellationToken cancellation)
    {
        if (scope.Flaw is { } flaw)
            return flaw;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var dayAgo = now.AddDays(-1);
        var used = db.Database.SqlQuery<UsedOperation>(
            $"""select operation_id as "OperationId", environment as "Environment", application_id as "ApplicationId" from grant_use where last_used_at >= {dayAgo}""");
        var rows = await (await EndableAsync(db, actor, scope, cancellation)).OpenAt(now)
            .Select(g => new
            {
                g.ApplicationId,
                g.ApiVersionId,
                g.Environment,
                g.ValidUntil,
                Called = used.Any(u => u.OperationId == g.OperationId && u.Environment == g.Environment && u.ApplicationId == g.ApplicationId) ? 1 : 0,
                Suspended = g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now) ? 1 : 0,
                EndSet = g.UntilBefore != null ? 1 : 0,
            })
            .GroupBy(g => new { g.ApplicationId, g.ApiVersionId, g.Environment })
            .Select(g => new
            {
                g.Key.ApplicationId,
                g.Key.ApiVersionId,
                g.Key.Environment,
                Grants = g.Count(),
                Called = g.Sum(x => x.Called),
                Suspended = g.Sum(x => x.Suspended),
                EndSet = g.Sum(x => x.EndSet),
                First = g.Min(x => x.ValidUntil),
                Last = g.Max(x => x.ValidUntil),
            })
            .ToListAsync(cancellation);
        if (rows.Count == 0)
            return new Problem(Problem.NotFound, "There is no such grant that stands and that you may end.");
        // Names are looked up for those that are shown, and not for thousands.
        var shown = rows.OrderByDescending(r => r.Called).ThenByDescending(r => r.Grants).ThenBy(r => r.ApplicationId).ThenBy(r => r.ApiVersionId).ThenBy(r => r.Environment, StringComparer.Ordinal)
            .Take(GrantScopeView.RowsShown).ToList();
        var (applicationIds, lineIds) = (shown.Select(r => r.ApplicationId).Distinct().ToArray(), shown.Select(r => r.ApiVersionId).Distinct().ToArray());
        var applications = await db.Applications.Where(a => applicationIds.Contains(a.Id))
            .Select(a => new { a.Id, a.ClientId, a.Name, Team = a.Team!.Title }).ToDictionaryAsync(a => a.Id, cancellation);
        var lines = await db.ApiVersions.Where(v => lineIds.Contains(v.Id))
            .Select(v => new { v.Id, v.Api!.Name, v.Api.Title, v.Version }).ToDictionaryAsync(v => v.Id, cancellation);
        return new GrantScopeView(
            rows.Sum(r => r.Grants), rows.Select(r => r.ApplicationId).Distinct().Count(), rows.Select(r => r.ApiVersionId).Distinct().Count(),
            rows.Sum(r => r.Called), rows.Sum(r => r.Suspended), rows.Sum(r => r.EndSet), rows.Min(r => r.First), rows.Max(r => r.Last),
            [.. shown.Select(r => (Row: r, Application: applications[r.ApplicationId], Line: lines[r.ApiVersionId]))
                .OrderByDescending(r => r.Row.Called).ThenByDescending(r => r.Row.Grants).ThenBy(r => r.Application.Name, StringComparer.Ordinal).ThenBy(r => r.Line.Name, StringComparer.Ordinal)
                .ThenBy(r => r.Row.Environment, StringComparer.Ordinal)
                .Select(r => new GrantScopeRow(
                    r.Application.ClientId, r.Application.Name, r.Application.Team, r.Line.Name, r.Line.Title, r.Line.Version, r.Row.Environment, r.Row.Grants, r.Row.Called, r.Row.Suspended))]);
    }

    /// <summary>Of the actor's own API, and of the own team's application, all can be ended; else each is asked whose it is.</summary>
    private static async Task<IQueryable<Grant>> EndableAsync(MarketplaceDb db, Actor actor, GrantScope scope, CancellationToken cancellation)
    {
        var isOwn = (scope.Api is { } api && await db.Apis.WithOwner(actor).AnyAsync(a => a.Name == api, cancellation))
            || (scope.ClientId is { } client && await db.Applications.WithMember(actor).AnyAsync(a => a.ClientId == client, cancellation));
        return isOwn ? db.Grants.In(scope) : db.Grants.In(scope).EndableBy(actor);
    }

    private sealed record UsedOperation(Guid OperationId, string Environment, Guid ApplicationId);
}
