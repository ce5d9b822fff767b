using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>What reviewers, and those who wait for their answers, are told. One message per team and campaign, however many grants.</summary>
internal static class CampaignNews
{
    public static Task TellOpenedAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Campaign campaign, CampaignScope scope, CancellationToken cancellation) =>
        TellReviewersAsync(
            db, now, actor, campaign,
            open => $"{campaign.Name}: {Grants(open)} to review until {campaign.DueAt:yyyy-MM-dd}",
            $"{actor.Name} asks whether access is still needed ({scope.Sentence}). Keep, narrow or revoke each; what is never used comes first.",
            cancellation);

    public static Task TellSoonAsync(MarketplaceDb db, DateTimeOffset now, Campaign campaign, CancellationToken cancellation) =>
        TellReviewersAsync(
            db, now, Actor.System, campaign,
            open => $"{campaign.Name}: {Grants(open)} still to review until {campaign.DueAt:yyyy-MM-dd}",
            "What is not answered by then goes to the security officers. Nothing is taken away by itself.", cancellation);

    /// <summary>Security officers and whoever opened it, and the reviewers once more.</summary>
    public static async Task TellOverdueAsync(MarketplaceDb db, DateTimeOffset now, Campaign campaign, CancellationToken cancellation)
    {
        var teams = await OpenAsync(db, campaign, cancellation);
        var open = teams.Sum(t => t.Open);
        if (open == 0)
            return;
        var named = string.Join(", ", teams.OrderByDescending(t => t.Open).Take(5).Select(t => $"{t.Title} {t.Open:N0}")) + (teams.Count > 5 ? $" and {teams.Count - 5} other teams" : "");
        var officers = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer);
        await Inbox.TellAsync(
            db, now, Actor.System,
            new(
                NotificationKind.RecertificationOverdue, $"{campaign.Name} is overdue: {Grants(open)} not answered",
                $"By team: {named}. A security officer may answer them; until somebody does, the access stands.", Link(campaign)),
            new() { People = [campaign.OpenedBy, .. officers] }, cancellation);
        if (campaign.Reviewers is Reviewers.Owner)
            await TellReviewersAsync(
                db, now, Actor.System, campaign, mine => $"{campaign.Name} is overdue: {Grants(mine)} of yours not answered",
                "The security officers were told. Answer them still.", cancellation);
    }

    private static async Task TellReviewersAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Campaign campaign, Func<int, string> subject, string text, CancellationToken cancellation)
    {
        var teams = await OpenAsync(db, campaign, cancellation);
        if (campaign.Reviewers is Reviewers.SecurityOfficer)
        {
            var officers = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer);
            if (teams.Sum(t => t.Open) is > 0 and var all)
                await Inbox.TellAsync(db, now, actor, new(NotificationKind.Recertification, subject(all), text, Link(campaign)), new() { People = officers }, cancellation);
            return;
        }

        foreach (var team in teams)
            await Inbox.TellAsync(db, now, actor, new(NotificationKind.Recertification, subject(team.Open), text, Link(campaign)), new() { OwnersOfTeams = [team.Id] }, cancellation);
    }

    /// <summary>How much waits for each team.</summary>
    private static Task<List<TeamShare>> OpenAsync(MarketplaceDb db, Campaign campaign, CancellationToken cancellation) =>
        db.Database.SqlQuery<TeamShare>(
            $"""
            select t.id as "Id", t.title as "Title", count(*)::int as "Open"
            from campaign_item i join api_version v on v.id = i.api_version_id join api a on a.id = v.api_id join team t on t.id = a.team_id
            where i.campaign_id = {campaign.Id} and i.answer is null group by t.id order by t.title
            """).ToListAsync(cancellation);

    private static string Link(Campaign campaign) => $"/recertification/{campaign.Number}";

    private static string Grants(int count) => count == 1 ? "1 grant" : $"{count:N0} grants";

    private sealed record TeamShare(Guid Id, string Title, int Open);
}
