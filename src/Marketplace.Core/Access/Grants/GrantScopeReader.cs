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
        var rows = await db.Grants.In(scope).OpenAt(now).EndableBy(actor)
            .Select(g => new
            {
                g.Application!.ClientId,
                Application = g.Application.Name,
                ApplicationTeam = g.Application.Team!.Title,
                Api = g.Operation!.ApiVersion!.Api!.Name,
                ApiTitle = g.Operation.ApiVersion.Api.Title,
                g.Operation.ApiVersion.Version,
                g.Environment,
                g.ValidUntil,
                Called = used.Any(u => u.OperationId == g.OperationId && u.Environment == g.Environment && u.ApplicationId == g.ApplicationId) ? 1 : 0,
                Suspended = g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now) ? 1 : 0,
                EndSet = g.UntilBefore != null ? 1 : 0,
            })
            .GroupBy(g => new { g.ClientId, g.Application, g.ApplicationTeam, g.Api, g.ApiTitle, g.Version, g.Environment })
            .Select(g => new
            {
                g.Key,
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
        return new GrantScopeView(
            rows.Sum(r => r.Grants), rows.Select(r => r.Key.ClientId).Distinct().Count(), rows.Select(r => (r.Key.Api, r.Key.Version)).Distinct().Count(),
            rows.Sum(r => r.Called), rows.Sum(r => r.Suspended), rows.Sum(r => r.EndSet), rows.Min(r => r.First), rows.Max(r => r.Last),
            [.. rows.OrderByDescending(r => r.Called).ThenByDescending(r => r.Grants).ThenBy(r => r.Key.Application, StringComparer.Ordinal).ThenBy(r => r.Key.Api, StringComparer.Ordinal)
                .ThenBy(r => r.Key.Environment, StringComparer.Ordinal).Take(GrantScopeView.RowsShown)
                .Select(r => new GrantScopeRow(
                    r.Key.ClientId, r.Key.Application, r.Key.ApplicationTeam, r.Key.Api, r.Key.ApiTitle, r.Key.Version, r.Key.Environment, r.Grants, r.Called, r.Suspended))]);
    }

    private sealed record UsedOperation(Guid OperationId, string Environment, Guid ApplicationId);
}
