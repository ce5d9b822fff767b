using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Ownership;

/// <summary>An API changes hands, within the transaction that decides it. Requests, questions and guides go with it: they belong to the API.</summary>
internal static class ApiMove
{
    public static async Task ExecuteAsync(
        MarketplaceDb db, Actor actor, Api api, Team from, Team to, string? reason, DateTimeOffset now, CancellationToken cancellation)
    {
        api.TeamId = to.Id;
        await db.SaveChangesAsync(cancellation);
        var lines = await db.ApiVersions.Where(v => v.ApiId == api.Id).OrderBy(v => v.Version).Select(v => v.Id).ToListAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.TransferDecided, $"{api.Title} now belongs to {to.Title}",
                $"{from.Title} gave it up. Requests that wait for a decision go to the owners of {to.Title}; gateways and services that pull its policy need an application of {to.Title}."
                + (reason is null ? "" : $"\nWhy: {reason}"),
                $"/apis/{api.Name}"),
            new() { OwnersOfTeams = [from.Id, to.Id] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("api.transferred", "api", api.Id.ToString(), api.Name, reason, new { before = new { team = from.Name }, after = new { team = to.Name } }), cancellation);
        // Planes know by the team who may introspect tokens and pull the policy; the search finds by its name.
        if (lines.Count > 0)
            await PolicyLog.AppendAsync(db, now, [.. lines.Select(line => new PolicyChangeDraft(PolicyChangeKind.Published, line))], cancellation);
    }

    /// <summary>One decision at a time about one API.</summary>
    public static Task LockAsync(MarketplaceDb db, string api, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from api where name = {api} for update", cancellation);
}
