using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ownership;

/// <summary>
/// An application changes hands, within the transaction that decides it, with its grants, requests and credentials. Those
/// who granted it access are told: they gave it to a team that they knew.
/// </summary>
internal static class ApplicationMove
{
    public static async Task<IReadOnlyList<Problem>> ExecuteAsync(
        MarketplaceDb db, Actor actor, Application application, Team from, Team to, string? reason, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await db.Applications.AnyAsync(a => a.TeamId == to.Id && a.Name == application.Name && a.DeletedAt == null, cancellation))
            return [new("name_taken", $"{to.Title} has an application named {application.Name} already; one of them needs another name first.", "team")];
        application.TeamId = to.Id;
        // That it may go on two of its team say, and who wished it is of another one now.
        (application.ResumeAskedBy, application.ResumeAskedAt) = (null, null);
        await db.SaveChangesAsync(cancellation);
        var why = reason is null ? "" : $"\nWhy: {reason}";
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.TransferDecided, $"{application.Name} now belongs to {to.Title}",
                $"{from.Title} gave it up, with its grants and requests. Its secrets are known there: add new credentials and revoke those of before.{why}", $"/applications/{application.ClientId}"),
            new() { OwnersOfTeams = [from.Id, to.Id] }, cancellation);
        var granters = await db.Grants.OpenAt(now).Where(g => g.ApplicationId == application.Id).Select(g => g.Operation!.ApiVersion!.Api!.TeamId)
            .Distinct().Where(team => team != from.Id && team != to.Id).ToArrayAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.TransferDecided, $"{application.Name}, which may call your APIs, now belongs to {to.Title}",
                $"It was {from.Title}'s. Its grants stand; look whether they should.{why}", $"/grants/end?application={application.ClientId}"),
            new() { OwnersOfTeams = granters }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "application.transferred", "application", application.Id.ToString(), application.ClientId, reason, new { before = new { team = from.Name }, after = new { team = to.Name } }),
            cancellation);
        // Planes know by the team who may introspect tokens and pull policies.
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        return [];
    }

    public static Task LockAsync(MarketplaceDb db, string clientId, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {clientId} for update", cancellation);
}
