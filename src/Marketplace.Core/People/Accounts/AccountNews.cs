using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <summary>
/// One administrator could be two people: who sets another's password or gives a role is told of to that person, to
/// the other administrators and to the security officers, at once.
/// </summary>
internal static class AccountNews
{
    public static async Task TellAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, Person person, string subject, CancellationToken cancellation)
    {
        // The first administrator and the demo's people are made by nobody.
        if (actor.Id == Guid.Empty)
            return;
        var holders = await db.People.Where(p => p.PlatformRole == PlatformRole.SecurityOfficer || p.PlatformRole == PlatformRole.Administrator).Select(p => p.Id).ToListAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.AccountChanged, subject, $"{actor.Name} did it, from {actor.Source}. Was it not agreed on? Tell a security officer.", $"/people/{person.UserName}"),
            new() { People = [.. holders, person.Id] }, cancellation);
    }

    public static string Called(PlatformRole role) => role switch
    {
        PlatformRole.Administrator => "an administrator",
        PlatformRole.SecurityOfficer => "a security officer",
        _ => "an auditor",
    };
}
