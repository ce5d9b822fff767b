using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <summary>One click of an owner of the API: the application's team is asked to give up what it does not use.</summary>
public sealed class AskToNarrow(IDbContextFactory<MarketplaceDb> databases, UnusedReader unused, TimeProvider clock)
{
    /// <returns>The number of the request.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, NarrowingTarget target, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await target.HeldAsync(db, actor, cancellation) is not { MayAsk: true } ends)
            return new Problem(Problem.NotFound, "There is no such access that you may ask to narrow: owners of the API and security officers may.");
        var asked = await db.NarrowingRequests
            .Where(r => r.ApplicationId == ends.ApplicationId && r.ApiVersionId == ends.Line && r.Environment == target.Environment && r.Answer == null)
            .Select(r => (long?)r.Number).SingleOrDefaultAsync(cancellation);
        if (asked is { } waiting)
            return new Problem("already_asked", $"Its team was asked already, in narrowing request {waiting}.");
        var endpoints = await unused.EndpointsAsync(db, actor, target.Filter, cancellation);
        if (endpoints.Count == 0)
            return NarrowingTarget.NothingUnused;

        var now = clock.GetUtcNow();
        var request = new NarrowingRequest { ApplicationId = ends.ApplicationId, ApiVersionId = ends.Line, Environment = target.Environment, AskedBy = actor.Id, AskedAt = now };
        db.Add(request);
        await db.SaveChangesAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"insert into narrowing_item (narrowing_request_id, grant_id) select {request.Id}, unnest({endpoints.Select(e => e.Grant).ToArray()})", cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.NarrowingAsked, $"Does {ends.ApplicationName} still need {NarrowingTarget.Endpoints(endpoints.Count)} of {ends.Title}?",
                $"In {target.Environment} it has not called {(endpoints.Count == 1 ? "it" : "them")} for 90 days. Give them up with one click, or say why it keeps them.",
                $"/recertification/narrowing/{request.Number}"),
            new() { Teams = [ends.ApplicationTeam] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "narrowing.asked", "application", ends.ApplicationId.ToString(), target.Name, null,
                new { narrowing = request.Number, environment = target.Environment, operations = endpoints.Select(e => e.Operation) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return request.Number;
    }
}
