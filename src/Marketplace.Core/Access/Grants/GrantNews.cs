using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Grants;

/// <summary>What was done to grants, as people are told it.</summary>
/// <param name="Kind">A <see cref="NotificationKind"/>.</param>
/// <param name="Happened">"were revoked".</param>
/// <param name="HappenedToOne">"was revoked".</param>
/// <param name="Means">What it means for whoever calls.</param>
/// <param name="Reason">Why, as somebody said it.</param>
internal sealed record GrantStory(string Kind, string Happened, string HappenedToOne, string Means, string Reason);

/// <summary>Each team is told once of all that happened to its grants: the applications' members, and the APIs' owners.</summary>
internal static class GrantNews
{
    private const int Named = 10;

    public static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, GrantStory story, IReadOnlyList<HeldGrant> grants, CancellationToken cancellation)
    {
        foreach (var team in grants.GroupBy(g => g.ApplicationTeam))
            await Inbox.TellAsync(db, now, actor, MessageOf(story, [.. team], forOwners: false), new() { Teams = [team.Key] }, cancellation);
        foreach (var team in grants.Where(g => g.ApiTeam != g.ApplicationTeam).GroupBy(g => g.ApiTeam))
            await Inbox.TellAsync(db, now, actor, MessageOf(story, [.. team], forOwners: true), new() { OwnersOfTeams = [team.Key] }, cancellation);
    }

    /// <summary>A line for each application, API and environment: "Mobile app: 12 endpoints of Payments v1 in production".</summary>
    public static string Listed(IReadOnlyList<HeldGrant> grants)
    {
        var groups = grants.GroupBy(g => (g.ApplicationId, g.Line, g.Environment)).ToList();
        var lines = groups.Take(Named).Select(group => group.First() is var g && group.Count() == 1
            ? $"{g.Application}: {g.Method} {g.Path} of {g.ApiTitle} {g.Version} in {g.Environment}"
            : $"{g.Application}: {group.Count():N0} endpoints of {g.ApiTitle} {g.Version} in {g.Environment}");
        return string.Join('\n', groups.Count > Named ? lines.Append($"and {groups.Count - Named:N0} more.") : lines);
    }

    public static string Subject(IReadOnlyList<HeldGrant> grants) => (grants, Applications(grants), Lines(grants)) switch
    {
        ([var only], _, _) => $"{only.Application}'s grant of {only.Method} {only.Path}, {only.ApiTitle} {only.Version},",
        (_, 1, 1) => $"{grants.Count:N0} grants of {grants[0].Application} at {grants[0].ApiTitle} {grants[0].Version}",
        (_, 1, var lines) => $"{grants.Count:N0} grants of {grants[0].Application} at {lines:N0} APIs",
        (_, var applications, 1) => $"{grants.Count:N0} grants of {applications:N0} applications at {grants[0].ApiTitle} {grants[0].Version}",
        (_, var applications, var lines) => $"{grants.Count:N0} grants of {applications:N0} applications at {lines:N0} APIs",
    };

    private static Message MessageOf(GrantStory story, List<HeldGrant> grants, bool forOwners) => new(
        story.Kind, $"{Subject(grants)} {(grants.Count == 1 ? story.HappenedToOne : story.Happened)}",
        $"{story.Means}\n{Listed(grants)}\nWhy: {story.Reason}", LinkTo(grants, forOwners));

    private static string LinkTo(List<HeldGrant> grants, bool forOwners) => (grants, forOwners, Applications(grants)) switch
    {
        ([var only], _, _) => $"/grants/{only.Id}",
        (_, true, _) => $"/apis/{grants[0].Api}/{grants[0].Version}/grants",
        (_, _, 1) => $"/applications/{grants[0].ClientId}?ended=true",
        _ => "/applications",
    };

    private static int Applications(IReadOnlyList<HeldGrant> grants) => grants.Select(g => g.ApplicationId).Distinct().Count();

    private static int Lines(IReadOnlyList<HeldGrant> grants) => grants.Select(g => g.Line).Distinct().Count();
}
