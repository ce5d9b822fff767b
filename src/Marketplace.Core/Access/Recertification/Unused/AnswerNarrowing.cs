using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <param name="Endpoints">How many were given up.</param>
/// <param name="Revision">From which data planes refuse; null where nothing was given up.</param>
public sealed record AnsweredNarrowing(long Number, int Endpoints, long? Revision);

/// <summary>The application's team gives up what it was asked for, or keeps it and says why. What it has called since it was asked stays.</summary>
public sealed class AnswerNarrowing(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<AnsweredNarrowing>> ExecuteAsync(Actor actor, long number, bool giveUp, string? reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from narrowing_request where number = {number} for update", cancellation);
        var request = await db.NarrowingRequests.Where(r => r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id))
            .Include(r => r.Application).Include(r => r.ApiVersion!.Api).SingleOrDefaultAsync(r => r.Number == number, cancellation);
        if (request is null)
            return new Problem(Problem.NotFound, $"There is no narrowing request {number} that your team was asked.");
        if (request.Answer is not null)
            return new Problem("already_answered", $"This was answered on {request.AnsweredAt:yyyy-MM-dd HH:mm} UTC.");
        var why = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (!giveUp && why is null)
            return new Problem("reason_missing", "Say what the application needs them for: the owners will read it.", "reason");
        if (why?.Length > 2000)
            return new Problem("reason_length", "The reason may have at most 2000 characters.", "reason");

        var now = clock.GetUtcNow();
        var line = $"{request.ApiVersion!.Api!.Title} {request.ApiVersion.Version}";
        List<HeldGrant> gone = [];
        if (giveUp)
        {
            var unused = await db.Database.SqlQuery<Guid>(
                $"""
                select g.id as "Value" from narrowing_item i join access_grant g on g.id = i.grant_id
                  left join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id) and u.last_used_at > {request.AskedAt}
                where i.narrowing_request_id = {request.Id} and u.operation_id is null
                """).ToListAsync(cancellation);
            gone = await HeldGrants.TakeAsync(db, actor, [.. unused], now, cancellation);
            if (gone.Count == 0)
                return new Problem("nothing_unused", "All of them have ended or were called since. Keep them, and say what for.", "reason");
        }

        (request.Answer, request.AnsweredBy, request.AnsweredAt, request.Reason) = (giveUp ? NarrowingAnswer.GivenUp : NarrowingAnswer.Kept, actor.Id, now, why);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.NarrowingAnswered,
                giveUp ? $"{request.Application!.Name} gave up {NarrowingTarget.Endpoints(gone.Count)} of {line}" : $"{request.Application!.Name} keeps what it does not call of {line}",
                $"In {request.Environment}.{(why is null ? "" : $"\nWhy: {why}")}", $"/recertification/narrowing/{number}"),
            new() { People = [request.AskedBy], OwnersOfTeams = [request.ApiVersion.Api.TeamId] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                giveUp ? "narrowing.given_up" : "narrowing.kept", "application", request.ApplicationId.ToString(),
                $"{request.Application.ClientId} → {request.ApiVersion.Api.Name} {request.ApiVersion.Version}", why,
                new { narrowing = number, environment = request.Environment, before = "asked", after = giveUp ? "given_up" : "kept", revoked = gone.Select(g => g.Id) }),
            cancellation);
        long? revision = gone.Count == 0 ? null : await EndGrants.EndAsync(db, actor, gone, null, why ?? NarrowUnused.GivenUp, now, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return new AnsweredNarrowing(number, gone.Count, revision);
    }
}
