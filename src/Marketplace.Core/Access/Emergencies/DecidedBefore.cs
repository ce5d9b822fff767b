using Marketplace.Core.Access.Requests;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <param name="What"><c>suspended</c>, <c>stopped</c>, <c>ended</c>, <c>given_up</c> (suspended when it ended) or <c>not_justified</c>.</param>
/// <param name="At">Null while it is suspended or stopped.</param>
internal sealed record DecidedBefore(string Operation, string Application, string What, DateTimeOffset? At)
{
    private const int Told = 5;

    /// <summary>
    /// What others have decided of these endpoints stands: neither another application of the same team nor whoever took
    /// them for one goes around it. What ended counts by all that stood on it then, whoever ended it: giving it up washes
    /// nothing away. Once an approval has come after it, that counts.
    /// </summary>
    /// <param name="remembered">What a security officer ended, and what was found not justified, counts since then.</param>
    public static async Task<IReadOnlyList<Problem>> OfAsync(
        MarketplaceDb db, Actor actor, Application application, string environment, AskedLine asked, DateTimeOffset remembered, DateTimeOffset now, CancellationToken cancellation)
    {
        var (day, ids) = (now - EmergencyRules.EndStands, asked.Operations.Select(o => o.Id).ToArray());
        var decided = await db.Database.SqlQuery<DecidedBefore>(
            $"""
            with held as (
              select g.*, g.application_id = {application.Id} as own, o.key, a.name, a.disabled_as, a.disabled_at, a.deleted_at, e.outcome, e.reviewed_at,
                coalesce(g.ended_at, g.valid_until) as over_at, g.end_kind is not distinct from 'superseded' as replaced,
                array[g.ended_as, g.end_set_as, case when g.ended_at < coalesce(g.suspended_until, 'infinity') then g.suspended_as end] as parties
              from access_grant g join operation o on o.id = g.operation_id join application a on a.id = g.application_id
                left join emergency_access e on e.id = g.emergency_id
              where g.api_version_id = {asked.Line.Id} and g.environment = {environment} and g.operation_id = any({ids})
                and (a.team_id = {application.TeamId} or e.taken_by = {actor.Id})),
            decided as (
              select application_id, operation_id, key, name, 'suspended' as what, null::timestamptz as at from held
              where ended_at is null and suspended_at is not null and (suspended_until is null or suspended_until > {now})
                and case when own then valid_until <= {now} else suspended_as is distinct from 'team' end
              union all
              select application_id, operation_id, key, name, 'stopped', deleted_at from held
              where disabled_as = 'security_officer' and not replaced and over_at >= disabled_at and (deleted_at is null or deleted_at > {remembered})
              union all
              select application_id, operation_id, key, name, case when ended_as <> 'team' or end_set_as <> 'team' then 'ended' else 'given_up' end, over_at from held
              where not replaced and over_at <= {now}
                and over_at > case when 'security_officer' = any(parties) then case when not own then {remembered} end when 'owner' = any(parties) then {day} end
              union all
              select application_id, operation_id, key, name, 'not_justified', reviewed_at from held where outcome = 'not_justified' and reviewed_at > {remembered})
            select distinct on (d.key) d.key as "Operation", d.name as "Application", d.what as "What", d.at as "At" from decided d
            where not exists (
              select from access_grant n where n.application_id = d.application_id and n.operation_id = d.operation_id and n.environment = {environment}
                and n.emergency_id is null and n.granted_at > d.at)
            order by d.key, d.at desc limit {Told}
            """).ToListAsync(cancellation);
        return decided.ConvertAll(d => d.What switch
        {
            "suspended" => new Problem("access_suspended", $"{d.Operation} is suspended for {d.Application}, and an emergency does not pass that by: whoever suspended it can resume it.", "operations"),
            "stopped" => new("access_suspended", $"A security officer stopped {d.Application}, which had {d.Operation}, and no other application takes that in an emergency. Ask for access, or talk to them.", "operations"),
            "given_up" => new("emergency_ended", $"{d.Operation} was suspended for {d.Application} when it ended on {d.At:yyyy-MM-dd}, and an emergency does not pass that by. Ask for access, or talk to whoever suspended it.", "operations"),
            "ended" => new("emergency_ended", $"An owner of the API or a security officer ended {d.Operation} for {d.Application} on {d.At:yyyy-MM-dd}, and an emergency does not pass that by. Ask for access, or talk to them.", "operations"),
            _ => new("emergency_not_justified", $"{d.Application} took {d.Operation} in an emergency that was found not justified on {d.At:yyyy-MM-dd}. Ask for access: somebody decides.", "operations"),
        });
    }
}
