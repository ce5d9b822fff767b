using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>A grant that was taken away, or ends earlier than it would have.</summary>
internal sealed record ChangedGrant(
    Guid Id, Guid ApplicationId, string ClientId, string Application, Guid TeamId, Guid Line, string Api, string ApiTitle, string Version, Guid ApiTeamId,
    string Environment, string Operation, string Method, string Path, DateTimeOffset Before)
{
    public PolicyChangeDraft Change => new(PolicyChangeKind.Revoked, Line, Environment, ApplicationId);
}

/// <summary>
/// Takes away many grants by one statement, or shortens them. Rows are locked in the order of their ids; what has ended
/// meanwhile is left alone. Call it within the transaction of the answer, before <see cref="Audit.AuditLog"/>.
/// </summary>
internal static class GrantChanges
{
    public static Task<List<ChangedGrant>> RevokeAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, Guid[] grants, string reason, CancellationToken cancellation) =>
        db.Database.SqlQuery<ChangedGrant>(
            $"""
            with held as materialized (
              select id, valid_until from access_grant where id = any({grants}) and ended_at is null and valid_until > {now} order by id for update
            ), done as (
              update access_grant g set ended_at = {now}, ended_by = {actor.Id}, end_kind = 'revoked', end_reason = {reason} from held h where g.id = h.id returning g.*
            )
            select g.id as "Id", p.id as "ApplicationId", p.client_id as "ClientId", p.name as "Application", p.team_id as "TeamId", v.id as "Line", a.name as "Api",
              a.title as "ApiTitle", v.version as "Version", a.team_id as "ApiTeamId", g.environment as "Environment", o.key as "Operation", o.method as "Method",
              o.path as "Path", h.valid_until as "Before"
            from done g join held h on h.id = g.id join operation o on o.id = g.operation_id join application p on p.id = g.application_id
              join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
            order by p.name, p.id, a.title, v.version, g.environment, o.path, o.method
            """).ToListAsync(cancellation);

    public static Task<List<ChangedGrant>> ShortenAsync(MarketplaceDb db, DateTimeOffset now, Guid[] grants, DateTimeOffset until, CancellationToken cancellation) =>
        db.Database.SqlQuery<ChangedGrant>(
            $"""
            with held as materialized (
              select id, valid_until from access_grant where id = any({grants}) and ended_at is null and valid_until > {until} and valid_from < {until} and {until} > {now} order by id for update
            ), done as (
              update access_grant g set valid_until = {until} from held h where g.id = h.id returning g.*
            )
            select g.id as "Id", p.id as "ApplicationId", p.client_id as "ClientId", p.name as "Application", p.team_id as "TeamId", v.id as "Line", a.name as "Api",
              a.title as "ApiTitle", v.version as "Version", a.team_id as "ApiTeamId", g.environment as "Environment", o.key as "Operation", o.method as "Method",
              o.path as "Path", h.valid_until as "Before"
            from done g join held h on h.id = g.id join operation o on o.id = g.operation_id join application p on p.id = g.application_id
              join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
            order by p.name, p.id, a.title, v.version, g.environment, o.path, o.method
            """).ToListAsync(cancellation);

    /// <summary>One message per application, line and environment, however many endpoints.</summary>
    public static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, IReadOnlyCollection<ChangedGrant> changed, DateTimeOffset? until, string reason, CancellationToken cancellation)
    {
        foreach (var group in changed.GroupBy(g => (g.ApplicationId, g.Line, g.Environment)))
        {
            var (one, count) = (group.First(), group.Count());
            var what = count == 1 ? $"{one.Method} {one.Path}" : $"{count:N0} endpoints";
            var named = string.Join(", ", group.Take(5).Select(g => $"{g.Method} {g.Path}")) + (count > 5 ? " and others" : "");
            await Inbox.TellAsync(
                db, now, actor,
                new(
                    NotificationKind.GrantRevoked,
                    until is { } day
                        ? $"{one.Application} may call {what} of {one.ApiTitle} {one.Version} until {day:yyyy-MM-dd} only"
                        : $"{one.Application} may no longer call {what} of {one.ApiTitle} {one.Version}",
                    $"In {one.Environment}: {named}.{(until is null ? " Calls are refused from now on." : "")}\nWhy: {reason}",
                    count == 1 ? $"/grants/{one.Id}" : $"/applications/{one.ClientId}?ended=true"),
                new() { Teams = [one.TeamId], OwnersOfTeams = [one.ApiTeamId] }, cancellation);
        }
    }

    /// <summary>For the audit event: each with what it was and what it is.</summary>
    public static IEnumerable<object> Details(IEnumerable<ChangedGrant> changed, DateTimeOffset? until) => changed.Select(g => (object)new
    {
        grant = g.Id,
        application = g.ClientId,
        api = g.Api,
        version = g.Version,
        environment = g.Environment,
        operation = g.Operation,
        before = new { until = g.Before },
        after = until is { } day ? (object)new { until = day } : new { ended = "revoked" },
    });

    /// <summary>Last in the transaction. Null where nothing changed.</summary>
    public static async Task<long?> PublishAsync(MarketplaceDb db, DateTimeOffset now, IEnumerable<ChangedGrant> changed, CancellationToken cancellation)
    {
        List<PolicyChangeDraft> changes = [.. changed.Select(g => g.Change).Distinct()];
        return changes.Count == 0 ? null : await PolicyLog.AppendAsync(db, now, changes, cancellation);
    }
}
