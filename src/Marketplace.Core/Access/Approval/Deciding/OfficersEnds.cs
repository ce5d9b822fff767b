using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <param name="By">The security officer.</param>
/// <param name="Suspended">Somebody else ended what the officer had suspended.</param>
internal sealed record OfficersEnd(Guid Operation, string By, DateTimeOffset At, bool Suspended)
{
    public string Told(string what) => Suspended
        ? $"{By}, a security officer, had suspended {what} when it ended on {At:yyyy-MM-dd}"
        : $"{By}, a security officer, ended {what} on {At:yyyy-MM-dd}";
}

/// <summary>
/// Access that a security officer ended, set an end to, or had suspended when it ended: nothing gives it back by itself,
/// and no owner alone. A suspension goes over to what takes the place of the grant.
/// </summary>
internal static class OfficersEnds
{
    /// <summary>By operation. What a security officer has decided on since then is left out, an emergency is not a decision.</summary>
    public static async Task<IReadOnlyDictionary<Guid, OfficersEnd>> OfAsync(
        MarketplaceDb db, Guid application, string environment, IEnumerable<Guid> operations, DateTimeOffset since, CancellationToken cancellation) =>
        (await db.Database.SqlQuery<OfficersEnd>(
            $"""
            select distinct on (e.operation_id) e.operation_id as "Operation", p.display_name as "By", e.at as "At", e.suspended as "Suspended"
            from (
              select operation_id, ended_by as person_id, ended_at as at, false as suspended from access_grant
              where application_id = {application} and environment = {environment} and operation_id = any({operations.ToArray()})
                and end_kind = 'revoked' and ended_as = 'security_officer' and ended_at > {since}
              union all
              select operation_id, end_set_by, end_set_at, false from access_grant
              where application_id = {application} and environment = {environment} and operation_id = any({operations.ToArray()})
                and end_set_as = 'security_officer' and end_kind is distinct from 'superseded' and coalesce(ended_at, valid_until) > {since}
              union all
              select operation_id, suspended_by, ended_at, true from access_grant
              where application_id = {application} and environment = {environment} and operation_id = any({operations.ToArray()})
                and suspended_as = 'security_officer' and end_kind <> 'superseded' and ended_at < coalesce(suspended_until, 'infinity') and ended_at > {since}) e
              join person p on p.id = e.person_id
            where not exists (
              select from access_grant n where n.application_id = {application} and n.environment = {environment} and n.operation_id = e.operation_id
                and n.granted_at > e.at and n.emergency_id is null)
            order by e.operation_id, e.at desc, e.suspended
            """).ToListAsync(cancellation)).ToDictionary(e => e.Operation);
}
