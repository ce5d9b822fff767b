using Marketplace.Contracts.Policy;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <summary>
/// Adds up what all data planes reported against the quotas of plans, tells teams at four fifths and at all of it, and gives
/// a policy revision to what is used up, so that every data plane refuses it within seconds. Any replica may be the one that does.
/// </summary>
public sealed class CountQuotas(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan EveryCall = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(40);
    private DateTimeOffset? countedAll;

    /// <summary>True when there is more to tell at once.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!(await db.Database.SqlQuery<bool>($"select pg_try_advisory_xact_lock(hashtextextended('count_quotas', 35)) as \"Value\"").ToListAsync(cancellation))[0])
            return false;
        var now = clock.GetUtcNow();
        // Calls of an earlier minute that were reported late count with the client's next, or now and then with all.
        var isWhole = countedAll is not { } last || now - last >= EveryCall;
        await CountAsync(db, now, isWhole ? null : now - Recent, cancellation);
        var told = await TellAsync(db, now, cancellation);
        await db.QuotaUses.Where(q => q.Until < now - Kept).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        if (isWhole)
            countedAll = now;
        return told == AtOnce;
    }

    /// <param name="since">Only of clients that called since then; null for all.</param>
    private static Task<int> CountAsync(MarketplaceDb db, DateTimeOffset now, DateTimeOffset? since, CancellationToken cancellation)
    {
        var (day, month) = (PlanWindow.Start(PlanWindow.Day, now), PlanWindow.Start(PlanWindow.Month, now));
        var (dayEnd, monthEnd) = (PlanWindow.End(PlanWindow.Day, now), PlanWindow.End(PlanWindow.Month, now));
        return db.Database.ExecuteSqlAsync(
            $"""
            with active as materialized (
              select distinct s.api_version_id, s.environment, s.client_id
              from call_usage u join call_series s on s.id = u.series_id
              where {since}::timestamptz is not null and u.span = 60 and u.start >= {since} and s.decision = 'allowed'
            ), planned as (
              select distinct g.application_id, p.client_id, g.api_version_id, g.environment, g.operation_id, l.id as limits, l.quota_window
              from plan_limits l join access_grant g on g.plan_limits_id = l.id join application p on p.id = g.application_id
              where l.quota is not null and g.ended_at is null and g.valid_until > {now}
                and ({since}::timestamptz is null or (g.api_version_id, g.environment, p.client_id) in (select api_version_id, environment, client_id from active))
            )
            insert into quota_use (application_id, api_version_id, environment, plan_limits_id, until, calls, counted_at)
            select n.application_id, n.api_version_id, n.environment, n.limits, case n.quota_window when 'day' then {dayEnd} else {monthEnd} end, sum(u.count), {now}
            from planned n join operation o on o.id = n.operation_id
              join call_series s on s.api_version_id = n.api_version_id and s.environment = n.environment and s.client_id = n.client_id and s.operation = o.bit_index and s.decision = 'allowed'
              join call_usage u on u.series_id = s.id and u.span = 86400 and u.start >= case n.quota_window when 'day' then {day} else {month} end
            group by 1, 2, 3, 4, 5
            on conflict (application_id, api_version_id, environment, plan_limits_id, until)
              do update set calls = excluded.calls, counted_at = excluded.counted_at where quota_use.calls <> excluded.calls
            """,
            cancellation);
    }

    private static async Task<int> TellAsync(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        var due = await (
            from q in db.QuotaUses
            join l in db.PlanLimits on q.PlanLimitsId equals l.Id
            join a in db.Applications on q.ApplicationId equals a.Id
            join v in db.ApiVersions on q.ApiVersionId equals v.Id
            where q.Until > now && ((q.SpentAt == null && q.Calls >= l.Quota) || (q.WarnedAt == null && q.Calls >= l.Quota * 4 / 5))
            orderby q.Until, q.ApplicationId
            select new { Use = q, Limits = l, Plan = l.Plan!.Title, Application = a, Line = v, Api = v.Api! }).Take(AtOnce).ToListAsync(cancellation);
        foreach (var one in due)
        {
            var isSpent = one.Use.Calls >= one.Limits.Quota;
            one.Use.WarnedAt ??= now;
            one.Use.SpentAt = isSpent ? now : null;
            var line = $"{one.Api.Title} {one.Line.Version}";
            var window = one.Limits.QuotaWindow == PlanWindow.Day ? "today's" : "this month's";
            await Inbox.TellAsync(
                db, now, Actor.System,
                new(
                    NotificationKind.Quota, isSpent ? $"{one.Application.Name} has used up {window} calls of {line}" : $"{one.Application.Name} has used 80 % of {window} calls of {line}",
                    $"{LimitWords.Number(one.Use.Calls)} of {LimitWords.Number(one.Limits.Quota!.Value)} calls of the plan {one.Plan}, in {one.Use.Environment}. "
                        + (isSpent ? "Its calls are refused" : "What comes beyond them is refused") + $" until {one.Use.Until:yyyy-MM-dd HH:mm} UTC. If it needs more, ask for another plan.",
                    $"/applications/{one.Application.ClientId}"),
                new() { Teams = [one.Application.TeamId] }, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        var spent = due.Where(one => one.Use.SpentAt == now).ToList();
        foreach (var one in spent)
        {
            await AuditLog.AppendAsync(
                db, now, Actor.System,
                new AuditEntry(
                    "quota.spent", "application", one.Application.Id.ToString(), one.Application.ClientId, null,
                    new { api = one.Api.Name, version = one.Line.Version, environment = one.Use.Environment, plan = one.Plan, revision = one.Limits.Revision, quota = one.Limits.Quota, calls = one.Use.Calls, until = one.Use.Until }),
                cancellation);
        }

        if (spent.Count > 0)
            await PolicyLog.AppendAsync(
                db, now, [.. spent.Select(one => (one.Use.ApiVersionId, one.Use.Environment)).Distinct().Select(place => new PolicyChangeDraft(PolicyChangeKind.Limits, place.ApiVersionId, place.Environment))], cancellation);
        return due.Count;
    }
}
