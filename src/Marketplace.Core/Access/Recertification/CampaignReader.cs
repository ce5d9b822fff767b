using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Access.Recertification;

public sealed class CampaignReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Those that are open first, by the day they are due; then the closed ones, newest first.</summary>
    public async Task<Page<CampaignRow>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var campaigns = db.Campaigns.SeenBy(db, actor).OrderBy(c => c.ClosedAt != null).ThenByDescending(c => c.ClosedAt).ThenBy(c => c.DueAt).ThenByDescending(c => c.Number);
        var rows = await Rows(db, campaigns).ToPageAsync(page, cancellation);
        return new([.. rows.Items.Select(r => r.Row)], rows.Total, rows.Request);
    }

    public async Task<CampaignDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var campaign = await db.Campaigns.AsNoTracking().SeenBy(db, actor).SingleOrDefaultAsync(c => c.Number == number, cancellation);
        if (campaign is null)
            return null;
        // All items are counted below, by what became of them.
        var row = await RowAsync(db, number, cancellation, countsOpen: campaign.GatheredAt is null);
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        var counts = await db.Database.SqlQuery<Counts>(
            $"""
            select coalesce(sum(n), 0)::int as "Items", coalesce(sum(n) filter (where i.answer is null), 0)::int as "Open",
              coalesce(sum(n) filter (where i.answer = 'kept'), 0)::int as "Kept", coalesce(sum(n) filter (where i.answer = 'shortened'), 0)::int as "Shortened",
              coalesce(sum(n) filter (where i.answer = 'revoked'), 0)::int as "Revoked", coalesce(sum(n) filter (where i.answer = 'ended'), 0)::int as "Ended",
              coalesce(bool_or(i.answer is null and ({isOfficer} or l.is_owner)), false) as "MayAnswer"
            from (select api_version_id, answer, count(*) as n from campaign_item where campaign_id = {campaign.Id} group by 1, 2) i left join (
              select v.id, m.role = 'owner' as is_owner from membership m join api a on a.team_id = m.team_id join api_version v on v.api_id = a.id
              where m.person_id = {actor.Id}) l on l.id = i.api_version_id
            where {actor.ReadsEverything} or l.id is not null
            """).SingleAsync(cancellation);
        var mayAnswer = counts.MayAnswer && campaign.ClosedAt is null && (isOfficer || campaign.Reviewers is Reviewers.Owner);
        return new(
            row.Gathered is null ? row with { Items = counts.Items, Open = counts.Open } : row,
            new(counts.Items, counts.Open, counts.Kept, counts.Shortened, counts.Revoked, counts.Ended),
            mayAnswer, campaign is { ClosedAt: null, GatheredAt: not null } && campaign.MayClose(actor), campaign.GatheredAt is not null && campaign.MayExport(actor),
            actor.ReadsEverything || counts.Items == campaign.Items);
    }

    /// <summary>In the order of the review. Null when there is no such campaign to see.</summary>
    /// <param name="counted">What the actor was just told of its progress, so that a hundred thousand are not counted a second time.</param>
    public async Task<Page<CampaignItemRow>?> ItemsAsync(
        Actor actor, long number, ItemFilter filter, PageRequest page, CancellationToken cancellation, CampaignProgress? counted = null)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var campaign = await db.Campaigns.AsNoTracking().SeenBy(db, actor).SingleOrDefaultAsync(c => c.Number == number, cancellation);
        if (campaign is null)
            return null;
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        var answersNow = campaign.ClosedAt is null;
        var ownersAnswer = campaign.Reviewers is Reviewers.Owner;
        var now = clock.GetUtcNow();
        // Cut first: what is told of each is looked up for one page alone.
        var wanted = db.Database.SqlQueryRaw<Wanted>(
            ItemSql.Of(actor, filter), new NpgsqlParameter("campaign", campaign.Id), new NpgsqlParameter("actor", actor.Id),
            new NpgsqlParameter("use", filter.Use is { } word ? StoredEnum.ToWord(word) : ""), new NpgsqlParameter("application", filter.Application ?? ""))
            .OrderBy(w => w.Position);
        var positions = counted?.Of(filter) is { } total
            ? new(await wanted.Skip(page.Skip).Take(page.Size).ToListAsync(cancellation), total, page)
            : await wanted.ToPageAsync(page, cancellation);
        if (positions.Items.Count == 0)
            return new([], positions.Total, page);
        var rows = await db.Database.SqlQuery<ItemRow>(
            $"""
            select i.grant_id as "Grant", i.position as "Position", p.client_id as "ClientId", p.name as "Application", t.title as "TeamTitle", a.name as "Api",
              a.title as "ApiTitle", v.version as "Version", i.environment as "Environment", a.classification as "Classification", o.key as "Operation",
              o.method as "Method", o.path as "Path", i.use as "Use", i.last_used_at as "LastUsedAt",
              case when u.last_used_at > coalesce(i.last_used_at, {campaign.OpenedAt}) then u.last_used_at end as "UsedSince", i.calls_30 as "Calls30", i.calls_90 as "Calls90",
              (select display_name from person where id = i.requested_by) as "RequestedBy", i.request_number as "RequestNumber",
              approvers_of(g.access_request_item_id, i.granted_by) as "GrantedBy", i.granted_at as "GrantedAt", g.valid_until as "Until",
              g.suspended_at is not null and (g.suspended_until is null or g.suspended_until > {now}) as "Suspended",
              i.answer as "Answer", i.by_use as "ByUse", i.until as "ShortenedTo", i.reason as "Reason",
              (select display_name from person where id = i.answered_by) as "AnsweredBy", i.answered_at as "AnsweredAt",
              coalesce(i.requested_by = {actor.Id}, false) as "IsOwn",
              {answersNow} and (i.answer is null or i.answer = 'kept') and i.requested_by is distinct from {actor.Id} and ({isOfficer} or ({ownersAnswer} and exists (
                select from membership m where m.team_id = a.team_id and m.person_id = {actor.Id} and m.role = 'owner'))) as "MayAnswer"
            from campaign_item i join access_grant g on g.id = i.grant_id join operation o on o.id = i.operation_id
              join application p on p.id = i.application_id join team t on t.id = p.team_id join api_version v on v.id = i.api_version_id join api a on a.id = v.api_id
              left join grant_use u on (u.operation_id, u.environment, u.application_id) = (i.operation_id, i.environment, i.application_id)
            where i.campaign_id = {campaign.Id} and i.position = any({positions.Items.Select(w => w.Position).ToArray()})
            order by i.position
            """).ToListAsync(cancellation);
        return new([.. rows.Select(r => r.Row)], positions.Total, page);
    }

    internal static async Task<CampaignRow> RowAsync(MarketplaceDb db, long number, CancellationToken cancellation, bool countsOpen = true) =>
        (await Rows(db, db.Campaigns.Where(c => c.Number == number), countsOpen).SingleAsync(cancellation)).Row;

    private static IQueryable<Named> Rows(MarketplaceDb db, IQueryable<Campaign> campaigns, bool countsOpen = true) => campaigns.Select(c => new Named(
        c.Number, c.Name,
        db.Apis.Where(a => a.Id == c.ApiId).Select(a => a.Name).SingleOrDefault(),
        db.ApiVersions.Where(v => v.Id == c.ApiVersionId).Select(v => v.Version).SingleOrDefault(),
        db.Teams.Where(t => t.Id == c.ApiTeamId).Select(t => t.Name).SingleOrDefault(),
        db.Applications.Where(a => a.Id == c.ApplicationId).Select(a => a.ClientId).SingleOrDefault(),
        db.Teams.Where(t => t.Id == c.ApplicationTeamId).Select(t => t.Name).SingleOrDefault(),
        c.Classification, c.Environment, c.Reviewers, c.DueAt,
        db.People.Where(p => p.Id == c.OpenedBy).Select(p => p.DisplayName).Single(), c.OpenedAt, c.EscalatedAt, c.ClosedAt,
        db.People.Where(p => p.Id == c.ClosedBy).Select(p => p.DisplayName).SingleOrDefault(), c.CloseReason, c.Unanswered, c.Items, c.GatheredAt == null ? (int?)c.Gathered : null,
        countsOpen ? db.Database.SqlQuery<OpenItem>($"select campaign_id as \"CampaignId\" from campaign_item where answer is null").Count(i => i.CampaignId == c.Id) : 0));
}
