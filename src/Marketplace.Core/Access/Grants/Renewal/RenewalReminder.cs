using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants.Renewal;

/// <param name="Days">So many days before the end the team is told.</param>
public sealed record RenewalDays(IReadOnlyList<int> Days)
{
    public static RenewalDays Usual { get; } = new([30, 7, 1]);
}

/// <summary>
/// Tells an application's team that access ends, in time to ask for more: once for each application, line, environment
/// and day, however many endpoints. Any replica may be the one that does.
/// </summary>
public sealed class RenewalReminder(IDbContextFactory<MarketplaceDb> databases, RenewalDays days, TimeProvider clock)
{
    /// <summary>False when nothing is due.</summary>
    public async Task<bool> RemindNextAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        // Who was told at a nearer distance is told of no farther one; an end that somebody brought forward was told then;
        // what lasts no longer than the distance began with the end in sight; what is asked for again needs no reminder.
        var due = (await db.Database.SqlQuery<Due>(
            $"""
            select p.id as "ApplicationId", p.client_id as "ClientId", p.name as "Application", p.team_id as "TeamId", v.id as "Line", a.name as "Api", a.title as "ApiTitle",
              v.version as "Version", g.environment as "Environment", (g.valid_until at time zone 'UTC')::date as "EndsOn", min(d.days) as "Days",
              count(distinct g.id)::int as "Grants", min(g.valid_until) as "First"
            from access_grant g join application p on p.id = g.application_id join operation o on o.id = g.operation_id
              join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
              join unnest({days.Days.ToArray()}) as d (days) on g.valid_until <= {now} + make_interval(days => d.days) and g.valid_until - g.valid_from > make_interval(days => d.days)
            where g.ended_at is null and g.valid_until > {now} and g.valid_until <= {now.AddDays(days.Days.Max())} and g.until_before is null and p.disabled_at is null and o.removed_in is null
              and v.lifecycle in ('published', 'deprecated')
              and not exists (select from renewal_reminder r
                where (r.application_id, r.api_version_id, r.environment, r.ends_on) = (p.id, v.id, g.environment, (g.valid_until at time zone 'UTC')::date) and r.days <= d.days)
              and not exists (select from access_request_item i join access_request r on r.id = i.access_request_id
                where i.operation_id = g.operation_id and i.decision = 'pending' and r.status = 'pending' and r.application_id = p.id and r.environment = g.environment)
            group by p.id, v.id, a.id, g.environment, (g.valid_until at time zone 'UTC')::date
            order by min(g.valid_until), p.id, v.id limit 1
            """).ToListAsync(cancellation)).FirstOrDefault();
        if (due is null)
            return false;
        // Whoever comes second waits here, and finds it told.
        var mine = await db.Database.ExecuteSqlAsync(
            $"""
            insert into renewal_reminder (application_id, api_version_id, environment, ends_on, days, told_at)
            values ({due.ApplicationId}, {due.Line}, {due.Environment}, {due.EndsOn}, {due.Days}, {now}) on conflict do nothing
            """, cancellation);
        if (mine > 0)
            await TellAsync(db, now, due, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static Task<int> TellAsync(MarketplaceDb db, DateTimeOffset now, Due due, CancellationToken cancellation)
    {
        var left = Math.Max(1, (int)Math.Ceiling((due.First - now).TotalDays));
        var endpoints = due.Grants == 1 ? "1 endpoint" : $"{due.Grants:N0} endpoints";
        return Inbox.TellAsync(
            db, now, Actor.System,
            new(
                NotificationKind.AccessEnding, $"{due.Application} may call {due.ApiTitle} {due.Version} for {(left == 1 ? "one more day" : $"{left} more days")}",
                $"Its access to {endpoints} in {due.Environment} ends on {due.EndsOn:yyyy-MM-dd}; calls are refused from then on. Ask for it again: the request is filled in, and what it has now stays until the new one is approved.",
                $"/grants/renew?application={Uri.EscapeDataString(due.ClientId)}&api={due.Api}&version={due.Version}&environment={due.Environment}"),
            new() { Teams = [due.TeamId] }, cancellation);
    }

    private sealed record Due(
        Guid ApplicationId, string ClientId, string Application, Guid TeamId, Guid Line, string Api, string ApiTitle, string Version, string Environment, DateOnly EndsOn,
        int Days, int Grants, DateTimeOffset First);
}
