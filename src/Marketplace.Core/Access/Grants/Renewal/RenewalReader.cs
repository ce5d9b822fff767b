using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants.Renewal;

public sealed record RenewedEndpoint(Guid Grant, string Operation, string Method, string Path, DateTimeOffset Until, GrantUse Use);

public sealed record RenewedLine(string Api, string ApiTitle, string Version, IReadOnlyList<RenewedEndpoint> Endpoints);

/// <param name="Justification">What was said the last time.</param>
/// <param name="Days">How long it was approved for the last time.</param>
public sealed record Renewal(
    string ClientId, string Application, string Environment, string Justification, int Days, IReadOnlyList<RenewedLine> Lines)
{
    public int Endpoints => Lines.Sum(l => l.Endpoints.Count);
}

/// <summary>What a request would go on with.</summary>
/// <param name="Endpoints">How many of the request's endpoints the application may call now.</param>
/// <param name="Of">Of how many.</param>
/// <param name="Calls">How often it called them in the last 30 days, as far as data planes told.</param>
/// <param name="FirstUntil">When the first of these ends.</param>
public sealed record RenewalFacts(int Endpoints, int Of, long Calls, DateTimeOffset? FirstUntil);

public sealed class RenewalReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>
    /// The grants of a scope that the actor's team can ask for again, as one request: of one application in one
    /// environment, and of endpoints that are still published.
    /// </summary>
    public async Task<Outcome<Renewal>> OfAsync(Actor actor, GrantScope scope, CancellationToken cancellation)
    {
        if (scope.Flaw is { } flaw)
            return flaw;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        // One that is revoked or superseded is no one's to renew, nor what was taken in an incident; one that has just expired is.
        var rows = await db.Grants.In(scope)
            .Where(g => g.EndedAt == null && g.EmergencyId == null && g.ValidUntil > now.AddDays(-30) && g.Application!.DisabledAt == null && g.Operation!.RemovedIn == null
                && (g.Operation.ApiVersion!.Lifecycle == Lifecycle.Published || g.Operation.ApiVersion.Lifecycle == Lifecycle.Deprecated)
                && g.Application.Team!.Memberships.Any(m => m.PersonId == actor.Id))
            .OrderBy(g => g.Operation!.ApiVersion!.Api!.Name).ThenBy(g => g.Operation!.ApiVersion!.Version).ThenBy(g => g.Operation!.Path).ThenBy(g => g.Operation!.Method).ThenBy(g => g.Id)
            .Select(g => new
            {
                g.Id,
                g.Application!.ClientId,
                g.Application.Name,
                g.Environment,
                g.ValidUntil,
                g.Operation!.Key,
                g.Operation.Method,
                g.Operation.Path,
                Api = g.Operation.ApiVersion!.Api!.Name,
                ApiTitle = g.Operation.ApiVersion.Api.Title,
                g.Operation.ApiVersion.Version,
                Days = (int)((g.UntilBefore ?? g.ValidUntil) - g.ValidFrom).TotalDays,
                Justification = db.AccessRequests.Where(r => r.Items.Any(i => i.Id == g.AccessRequestItemId)).Select(r => r.Justification).Single(),
            })
            .Take(SubmitAccessRequest.MaximumOperations + 1).ToListAsync(cancellation);
        if (rows.Count == 0)
            return new Problem(Problem.NotFound, "There is no such grant of your team's applications that can be asked for again.");
        if (rows.Count > SubmitAccessRequest.MaximumOperations)
            return new Problem("operations_too_many", $"One request takes at most {SubmitAccessRequest.MaximumOperations} endpoints; renew an API or an environment at a time.", "grants");
        if (rows.Select(r => (r.ClientId, r.Environment)).Distinct().Count() > 1)
            return new Problem("environments_mixed", "One request is of one application in one environment; choose grants of one.", "grants");
        var uses = await GrantUse.ReadAsync(db, [.. rows.Select(r => r.Id)], now, cancellation);
        return new Renewal(
            rows[0].ClientId, rows[0].Name, rows[0].Environment, rows[0].Justification, Math.Max(1, rows.Max(r => r.Days)),
            [.. rows.GroupBy(r => (r.Api, r.ApiTitle, r.Version)).Select(line => new RenewedLine(
                line.Key.Api, line.Key.ApiTitle, line.Key.Version,
                [.. line.Select(r => new RenewedEndpoint(r.Id, r.Key, r.Method, r.Path, r.ValidUntil, uses.GetValueOrDefault(r.Id, GrantUse.None)))]))]);
    }

    /// <summary>For whoever sees the request; null where it renews nothing.</summary>
    public async Task<RenewalFacts?> OfRequestAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var request = await db.AccessRequests.Within(await TeamReach.OfAsync(db, actor, cancellation)).Where(r => r.Number == number)
            .Select(r => new { r.Id, r.ApplicationId, r.Environment, Items = r.Items.Count }).SingleOrDefaultAsync(cancellation);
        if (request is null)
            return null;
        var held = await db.Grants.OpenAt(now)
            .Where(g => g.ApplicationId == request.ApplicationId && g.Environment == request.Environment
                && db.AccessRequestItems.Any(i => i.AccessRequestId == request.Id && i.OperationId == g.OperationId && i.Id != g.AccessRequestItemId))
            .Select(g => new { g.Id, g.ValidUntil }).ToListAsync(cancellation);
        if (held.Count == 0)
            return null;
        var uses = await GrantUse.ReadAsync(db, [.. held.Select(g => g.Id)], now, cancellation);
        return new(held.Count, request.Items, uses.Values.Sum(u => u.Calls), held.Min(g => g.ValidUntil));
    }
}
