using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Access.Recertification;

/// <summary>
/// Puts a campaign together as it stood when it was opened: some applications a step, each step a transaction of its own, so
/// that a hundred thousand grants are nobody's request to wait for, their progress is seen, and another replica goes on where
/// one ended. With the last of them they get their order, and reviewers are told.
/// </summary>
public sealed class GatherCampaign(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int ApplicationsAtOnce = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>False when there is nothing to put together.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var campaign = (await db.Campaigns.FromSql($"select * from campaign where gathered_at is null order by opened_at limit 1 for update skip locked").ToListAsync(cancellation)).FirstOrDefault();
        if (campaign is null)
            return false;
        db.Database.SetCommandTimeout(Patience);
        if (!await PieceAsync(db, campaign, ApplicationsAtOnce, cancellation))
        {
            var opener = await db.People.Where(p => p.Id == campaign.OpenedBy).Select(p => p.DisplayName).SingleAsync(cancellation);
            var scope = (await CampaignReader.RowAsync(db, campaign.Number, cancellation)).Scope;
            await CompleteAsync(db, Actor.System with { Id = campaign.OpenedBy, Name = opener }, campaign, scope, clock.GetUtcNow(), cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>All of it, in the transaction that opens it.</summary>
    internal static async Task WholeAsync(MarketplaceDb db, Actor actor, Campaign campaign, CampaignScope scope, DateTimeOffset now, CancellationToken cancellation)
    {
        await PieceAsync(db, campaign, int.MaxValue, cancellation);
        await CompleteAsync(db, actor, campaign, scope, now, cancellation);
    }

    /// <returns>False when no application was left.</returns>
    private static async Task<bool> PieceAsync(MarketplaceDb db, Campaign campaign, int most, CancellationToken cancellation)
    {
        var applications = await db.Database.SqlQueryRaw<Guid>(
            Next, [.. Parameters(campaign), ScopeSql.Nullable("after", NpgsqlDbType.Uuid, campaign.GatheredAfter), new NpgsqlParameter("most", most)]).ToArrayAsync(cancellation);
        if (applications.Length == 0)
            return false;
        campaign.Gathered += await db.Database.ExecuteSqlRawAsync(Gather, [.. Parameters(campaign), new NpgsqlParameter("applications", applications)], cancellation);
        campaign.GatheredAfter = applications[^1];
        return true;
    }

    private static async Task CompleteAsync(MarketplaceDb db, Actor opener, Campaign campaign, CampaignScope scope, DateTimeOffset now, CancellationToken cancellation)
    {
        campaign.Items = await db.Database.ExecuteSqlRawAsync(Order, [new NpgsqlParameter("campaign", campaign.Id)], cancellation);
        await db.Database.ExecuteSqlAsync($"delete from campaign_gathering where campaign_id = {campaign.Id}", cancellation);
        (campaign.Gathered, campaign.GatheredAt) = (campaign.Items, now);
        await db.SaveChangesAsync(cancellation);
        await CampaignNews.TellOpenedAsync(db, now, opener, campaign, scope, cancellation);
    }

    private static IEnumerable<NpgsqlParameter> Parameters(Campaign campaign) =>
    [
        .. ScopeSql.Parameters(
            new(campaign.ApiId, campaign.ApiVersionId, campaign.ApiTeamId, campaign.ApplicationId, campaign.ApplicationTeamId), campaign.Classification, campaign.Environment,
            campaign.OfOwner, campaign.OpenedAt),
        new("campaign", campaign.Id), new("now", campaign.OpenedAt),
    ];

    private const string Next = $"""
        select distinct g.application_id as "Value" {ScopeSql.Scoped} and (@after is null or g.application_id > @after) order by 1 limit @most
        """;

    private static readonly string Gather = $"""
        with scoped as materialized (
          select g.id, g.application_id, p.client_id, g.operation_id, g.api_version_id, g.environment, g.granted_at {ScopeSql.Scoped} and g.application_id = any(@applications)),
        line as materialized (select distinct api_version_id as id from scoped),
        {UseSql.Told},
        calls as materialized (
          select s.api_version_id, s.environment, s.client_id, s.operation,
            coalesce(sum(c.count) filter (where c.start > @now - interval '30 days'), 0)::bigint as calls_30, sum(c.count)::bigint as calls_90
          from call_series s join call_usage c on c.series_id = s.id and c.span = 86400 and c.start > @now - interval '90 days'
          where s.decision = 'allowed' and s.reason = '' and (s.api_version_id, s.environment) in (select api_version_id, environment from told)
            and s.client_id in (select client_id from scoped)
          group by 1, 2, 3, 4)
        insert into campaign_gathering (campaign_id, grant_id, use, last_used_at, calls_30, calls_90)
        select @campaign, g.id, {UseSql.Word}, u.last_used_at, coalesce(c.calls_30, 0), coalesce(c.calls_90, 0)
        from scoped g join operation o on o.id = g.operation_id
          {UseSql.Used}
          left join told t on (t.api_version_id, t.environment) = (g.api_version_id, g.environment)
          left join calls c on (c.api_version_id, c.environment, c.client_id, c.operation) = (g.api_version_id, g.environment, g.client_id, o.bit_index)
        """;

    /// <summary>What ended while the campaign was put together is asked as well: <see cref="CampaignClock"/> says that it ended.</summary>
    private const string Order = """
        with item as (
          select n.*, g.application_id, g.operation_id, g.api_version_id, g.environment, r.requested_by, r.number, g.granted_by, g.granted_at, g.valid_until,
            p.name, p.client_id, a.name as api, v.version, o.path, o.method, array_position(array['never', 'unused', 'unknown', 'new', 'seldom', 'used'], n.use) as risk
          from campaign_gathering n join access_grant g on g.id = n.grant_id join operation o on o.id = g.operation_id join application p on p.id = g.application_id
            join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
            left join access_request_item q on q.id = g.access_request_item_id left join access_request r on r.id = q.access_request_id
          where n.campaign_id = @campaign)
        insert into campaign_item (campaign_id, position, grant_id, application_id, operation_id, api_version_id, environment, use, last_used_at,
          calls_30, calls_90, requested_by, request_number, granted_by, granted_at, valid_until)
        select campaign_id, row_number() over (order by worst, name, client_id, api, version, environment, risk, path, method, grant_id), grant_id, application_id, operation_id,
          api_version_id, environment, use, last_used_at, calls_30, calls_90, requested_by, number, granted_by, granted_at, valid_until
        from (select i.*, min(risk) over (partition by application_id) as worst from item i) w
        """;
}
