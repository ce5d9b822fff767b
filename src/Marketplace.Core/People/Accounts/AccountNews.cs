using Marketplace.Core.Data;
using Marketplace.Core.Notifications;

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
        var holders = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer, PlatformRole.Administrator);
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
