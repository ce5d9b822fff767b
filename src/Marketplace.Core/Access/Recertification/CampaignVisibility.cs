using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>
/// Platform roles see every campaign; others those that ask about APIs of their teams, and of these their own part. What is
/// not put together yet is seen by who opened it.
/// </summary>
internal static class CampaignVisibility
{
    public static IQueryable<Campaign> SeenBy(this IQueryable<Campaign> campaigns, MarketplaceDb db, Actor actor)
    {
        if (actor.ReadsEverything)
            return campaigns;
        // One look into each campaign ("offset 0" keeps it that), and not at everything that it asks.
        var mine = db.Database.SqlQuery<Guid>(
            $"""
            select c.id as "Value" from campaign c where exists (
              select from membership m join api a on a.team_id = m.team_id join api_version v on v.api_id = a.id
                join campaign_item i on (i.campaign_id, i.api_version_id) = (c.id, v.id)
              where m.person_id = {actor.Id} offset 0)
            """);
        return campaigns.Where(c => mine.Contains(c.Id) || (c.GatheredAt == null && c.OpenedBy == actor.Id));
    }

    /// <summary>Who opened it, security officers and administrators.</summary>
    public static bool MayClose(this Campaign campaign, Actor actor) =>
        campaign.OpenedBy == actor.Id || actor.Role is PlatformRole.SecurityOfficer or PlatformRole.Administrator;

    /// <summary>All of it leaves the house, so it is for those who see all of it, and for who opened it over the own APIs.</summary>
    public static bool MayExport(this Campaign campaign, Actor actor) => actor.ReadsEverything || campaign.OpenedBy == actor.Id;
}
