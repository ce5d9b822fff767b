using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Access.Recertification;

/// <param name="Due">When every answer should be there.</param>
public sealed record NewCampaign(string Name, CampaignScope Scope, DateTimeOffset Due, Reviewers Reviewers = Reviewers.Owner);

/// <param name="Grants">How many grants it asks about.</param>
/// <param name="Applications">Of how many applications.</param>
/// <param name="Teams">How many teams own the APIs.</param>
public sealed record CampaignReach(int Grants, int Applications, int Teams);

/// <summary>
/// Owners open one over their own APIs; auditors, security officers and administrators over anything. What is asked is
/// fixed here, by one statement: who joins later, or is granted something later, changes nothing.
/// </summary>
public sealed class OpenCampaign(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumDays = 180;
    private const int MaximumName = 120;

    /// <summary>A hundred thousand grants with 90 days of use take seconds, not milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Owners of any team, and the platform roles.</summary>
    public async Task<bool> MayAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await MayAsync(db, actor, cancellation);
    }

    /// <summary>For who may open one over the own APIs alone, these, at most 200.</summary>
    public async Task<IReadOnlyList<string>> OwnApisAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.ReadsEverything)
            return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Apis.WithOwner(actor).OrderBy(a => a.Name).Take(200).Select(a => a.Name).ToListAsync(cancellation);
    }

    /// <summary>How much it would ask, before anybody is asked.</summary>
    public async Task<Outcome<CampaignReach>> ReachAsync(Actor actor, CampaignScope scope, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await MayAsync(db, actor, cancellation))
            return Forbidden;
        var (ids, problems) = await scope.ResolveAsync(db, actor, cancellation);
        if (problems.Count > 0)
            return problems;
        return (await db.Database.SqlQueryRaw<CampaignReach>(Reach, [.. Parameters(actor, scope, ids)]).ToListAsync(cancellation))[0];
    }

    /// <returns>The campaign's number.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, NewCampaign input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await MayAsync(db, actor, cancellation))
            return Forbidden;
        var now = clock.GetUtcNow();
        var (ids, problems) = await input.Scope.ResolveAsync(db, actor, cancellation);
        if (input.Name.Trim().Length is 0 or > MaximumName)
            problems.Add(new("name_length", $"Name it in at most {MaximumName} characters, such as “Payments, last quarter”.", "name"));
        if (input.Due < now.AddDays(1))
            problems.Add(new("due_too_soon", "Give people a day at least.", "due"));
        else if (input.Due > now.AddDays(MaximumDays))
            problems.Add(new("due_too_far", $"Choose a day within {MaximumDays} days: what is asked is how it stands today.", "due"));
        if (problems.Count > 0)
            return problems;

        var campaign = new Campaign
        {
            Name = input.Name.Trim(),
            ApiId = ids.Api,
            ApiVersionId = ids.Version,
            ApiTeamId = ids.ApiTeam,
            ApplicationId = ids.Application,
            ApplicationTeamId = ids.ApplicationTeam,
            Classification = input.Scope.Classification,
            Environment = input.Scope.Environment,
            Reviewers = input.Reviewers,
            DueAt = input.Due.ToUniversalTime(),
            OpenedBy = actor.Id,
            OpenedAt = now,
        };
        db.Add(campaign);
        await db.SaveChangesAsync(cancellation);
        db.Database.SetCommandTimeout(Patience);
        campaign.Items = await db.Database.ExecuteSqlRawAsync(
            Insert, [.. Parameters(actor, input.Scope, ids), new NpgsqlParameter("campaign", campaign.Id), new NpgsqlParameter("now", now)], cancellation);
        if (campaign.Items == 0)
            return new Problem("scope_empty", "No grant that stands is in this scope: there is nothing to ask.", "scope");
        await db.SaveChangesAsync(cancellation);
        await CampaignNews.TellOpenedAsync(db, now, actor, campaign, input.Scope, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "recertification.opened", "recertification", campaign.Number.ToString(), campaign.Name, null,
                new { scope = input.Scope.Sentence, due = campaign.DueAt, reviewers = StoredEnum.ToWord(campaign.Reviewers), grants = campaign.Items }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return campaign.Number;
    }

    public static Problem Forbidden { get; } = new(Problem.Forbidden, "Campaigns are opened by owners over their own APIs, by auditors, security officers and administrators.");

    private static async Task<bool> MayAsync(MarketplaceDb db, Actor actor, CancellationToken cancellation) =>
        actor.ReadsEverything || await db.Teams.WithOwner(actor).AnyAsync(cancellation);

    private IEnumerable<object> Parameters(Actor actor, CampaignScope scope, CampaignScope.Ids ids)
    {
        yield return Nullable("api", NpgsqlDbType.Uuid, ids.Api);
        yield return Nullable("version", NpgsqlDbType.Uuid, ids.Version);
        yield return Nullable("api_team", NpgsqlDbType.Uuid, ids.ApiTeam);
        yield return Nullable("application", NpgsqlDbType.Uuid, ids.Application);
        yield return Nullable("application_team", NpgsqlDbType.Uuid, ids.ApplicationTeam);
        yield return Nullable("classification", NpgsqlDbType.Text, scope.Classification is { } data ? StoredEnum.ToWord(data) : null);
        yield return Nullable("environment", NpgsqlDbType.Text, scope.Environment);
        yield return Nullable("owner", NpgsqlDbType.Uuid, actor.ReadsEverything ? null : actor.Id);
        yield return new NpgsqlParameter("at", clock.GetUtcNow());
    }

    private static NpgsqlParameter Nullable(string name, NpgsqlDbType type, object? value) => new(name, type) { Value = value ?? DBNull.Value };

    private const string Scoped = """
        from access_grant g join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id join application p on p.id = g.application_id
        where g.ended_at is null and g.valid_until > @at
          and (@api is null or a.id = @api) and (@version is null or v.id = @version) and (@api_team is null or a.team_id = @api_team)
          and (@application is null or p.id = @application) and (@application_team is null or p.team_id = @application_team)
          and (@classification is null or a.classification = @classification) and (@environment is null or g.environment = @environment)
          and (@owner is null or exists (select from membership m where m.team_id = a.team_id and m.person_id = @owner and m.role = 'owner'))
        """;

    private const string Reach = $"""
        select count(*)::int as "Grants", count(distinct g.application_id)::int as "Applications", count(distinct a.team_id)::int as "Teams" {Scoped}
        """;

    private static readonly string Insert = $"""
        with scoped as materialized (
          select g.id, g.application_id, g.operation_id, g.api_version_id, g.environment, g.access_request_item_id, g.granted_by, g.granted_at, g.valid_until {Scoped}),
        line as materialized (select distinct api_version_id as id from scoped),
        {UseSql.Told},
        calls as materialized (
          select s.api_version_id, s.environment, s.client_id, s.operation,
            coalesce(sum(c.count) filter (where c.start > @now - interval '30 days'), 0)::bigint as calls_30, sum(c.count)::bigint as calls_90
          from call_series s join call_usage c on c.series_id = s.id and c.span = 86400 and c.start > @now - interval '90 days'
          where s.decision = 'allowed' and s.reason = '' and (s.api_version_id, s.environment) in (select api_version_id, environment from told)
          group by 1, 2, 3, 4),
        item as materialized (
          select g.*, {UseSql.Word} as use, u.last_used_at, coalesce(c.calls_30, 0) as calls_30, coalesce(c.calls_90, 0) as calls_90,
            r.requested_by, r.number, p.name, p.client_id, o.path, o.method, a.name as api, v.version
          from scoped g join operation o on o.id = g.operation_id join application p on p.id = g.application_id
            join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
            left join access_request_item q on q.id = g.access_request_item_id left join access_request r on r.id = q.access_request_id
            {UseSql.Used}
            left join told t on (t.api_version_id, t.environment) = (g.api_version_id, g.environment)
            left join calls c on (c.api_version_id, c.environment, c.client_id, c.operation) = (g.api_version_id, g.environment, p.client_id, o.bit_index)),
        ranked as (
          select i.*, array_position(array['never', 'unused', 'unknown', 'new', 'seldom', 'used'], i.use) as risk from item i)
        insert into campaign_item (campaign_id, position, grant_id, application_id, operation_id, api_version_id, environment, use, last_used_at,
          calls_30, calls_90, requested_by, request_number, granted_by, granted_at, valid_until)
        select @campaign, row_number() over (order by worst, name, client_id, api, version, environment, risk, path, method, id), id, application_id, operation_id,
          api_version_id, environment, use, last_used_at, calls_30, calls_90, requested_by, number, granted_by, granted_at, valid_until
        from (select k.*, min(risk) over (partition by application_id) as worst from ranked k) w
        """;
}
