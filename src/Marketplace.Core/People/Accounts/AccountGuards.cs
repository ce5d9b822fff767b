using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <summary>What no change to a person's account may leave behind unseen: nobody to administer, a team without an owner.</summary>
internal static class AccountGuards
{
    /// <summary>The person, locked, together with every administrator: two who disable each other at once must not both succeed.</summary>
    public static async Task<Person?> LockAsync(MarketplaceDb db, string userName, CancellationToken cancellation)
    {
        var normalized = userName.Trim().ToUpperInvariant();
        await db.Database.ExecuteSqlAsync(
            $"select 1 from person where platform_role = 'administrator' or normalized_user_name = {normalized} order by id for update", cancellation);
        return await db.People.SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, cancellation);
    }

    public static async Task<Problem?> IfLastAdministratorAsync(MarketplaceDb db, Person person, string field, CancellationToken cancellation) =>
        person is { PlatformRole: PlatformRole.Administrator, DisabledAt: null }
        && !await db.People.AnyAsync(p => p.Id != person.Id && p.PlatformRole == PlatformRole.Administrator && p.DisabledAt == null, cancellation)
            ? new Problem("last_administrator", "This is the last administrator; make somebody else one first.", field)
            : null;

    /// <summary>Tells the administrators which of these teams have no owner any more who could sign in.</summary>
    public static async Task<IReadOnlyList<string>> TellOwnerlessAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, IReadOnlyCollection<Guid> teams, CancellationToken cancellation)
    {
        var ownerless = teams.Count == 0 ? [] : await db.Teams
            .Where(t => teams.Contains(t.Id) && !t.Memberships.Any(m => m.Role == TeamRole.Owner && m.Person!.DisabledAt == null))
            .OrderBy(t => t.Name).Select(t => new { t.Name, t.Title }).ToListAsync(cancellation);
        if (ownerless.Count == 0)
            return [];
        var administrators = await db.People.Where(p => p.PlatformRole == PlatformRole.Administrator && p.DisabledAt == null)
            .Select(p => p.Id).ToListAsync(cancellation);
        foreach (var team in ownerless)
            await Inbox.TellAsync(
                db, now, Actor.System, new(NotificationKind.TeamWithoutOwner, $"{team.Title} has no owner any more",
                    "Nobody can decide requests for its APIs or change its people. Name another owner.", $"/teams/{team.Name}"),
                new() { People = administrators }, cancellation);
        return [.. ownerless.Select(t => t.Name)];
    }
}
