using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants;

/// <summary>A grant as it stands while its row is held, with what is told and recorded of it.</summary>
internal sealed record HeldGrant(
    Guid Id, Guid ApplicationId, string ClientId, string Application, Guid ApplicationTeam, Guid Line, string Api, string ApiTitle, string Version, Guid ApiTeam,
    string Environment, string Operation, string Method, string Path, DateTimeOffset ValidUntil, bool Suspended, GrantParty? SuspendedAs, DateTimeOffset? SuspendedUntil, DateTimeOffset? UntilBefore,
    GrantParty? EndSetAs, GrantParty ActorIs);

/// <summary>
/// Holds the rows of a scope until the transaction ends. Everybody takes them in the order of their ids, so that two who
/// end the same ones wait for each other and not in a circle; what ended meanwhile is left out.
/// </summary>
internal static class HeldGrants
{
    /// <summary>More are ended in parts: one transaction has an end.</summary>
    public const int MostAtOnce = 50_000;

    /// <summary>
    /// Before the grants of a scope are chosen, and before the time is read: whoever asks for such grants, renews or takes
    /// them holds the application and the API, and so comes wholly before or wholly after.
    /// </summary>
    public static Task ScopeAsync(MarketplaceDb db, GrantScope scope, CancellationToken cancellation) => scope switch
    {
        { Flaw: not null } => Task.CompletedTask,
        { Grants.Count: 0, ClientId: null, ApplicationTeam: null } => db.Database.ExecuteSqlAsync(
            $"""
            select 1 from api a where (a.name = {scope.Api} or {scope.Api}::text is null)
              and ({scope.ApiTeam}::text is null or a.team_id = (select id from team where name = {scope.ApiTeam})) order by a.id for no key update of a
            """, cancellation),
        _ => db.Database.ExecuteSqlAsync(
            $"""
            select 1 from application a where (a.client_id = {scope.ClientId} or {scope.ClientId}::text is null)
              and ({scope.ApplicationTeam}::text is null or a.team_id = (select id from team where name = {scope.ApplicationTeam}))
              and ({scope.Grants.Count} = 0 or a.id in (select application_id from access_grant where id = any({scope.Grants.ToArray()}))) order by a.id for no key update of a
            """, cancellation),
    };

    public static async Task<Outcome<List<HeldGrant>>> TakeAsync(
        MarketplaceDb db, Actor actor, GrantScope scope, DateTimeOffset now, CancellationToken cancellation)
    {
        if (scope.Flaw is { } flaw)
            return flaw;
        var ids = await db.Grants.In(scope).OpenAt(now).EndableBy(actor).OrderBy(g => g.Id).Select(g => g.Id).Take(MostAtOnce + 1).ToArrayAsync(cancellation);
        if (ids.Length > MostAtOnce)
            return new Problem("grants_too_many", $"These are more than {MostAtOnce:N0} grants; take an environment, a version or a team at a time.", "grants");
        var held = await TakeAsync(db, actor, ids, now, cancellation);
        return held.Count == 0 ? await NoneAsync(db, actor, scope, cancellation) : held;
    }

    /// <summary>Who looks at one grant learns that somebody was faster.</summary>
    private static async Task<Problem> NoneAsync(MarketplaceDb db, Actor actor, GrantScope scope, CancellationToken cancellation)
    {
        var ended = scope.Grants.Count != 1
            ? null
            : await db.Grants.In(scope).EndableBy(actor).Select(g => new { g.EndedAt, g.EndKind, g.ValidUntil }).SingleOrDefaultAsync(cancellation);
        return ended is null
            ? new(Problem.NotFound, "There is no such grant that stands and that you may end.")
            : new("already_ended", $"This grant {(ended.EndKind is { } kind ? $"was {StoredEnum.ToWord(kind)}" : "ended")} at {ended.EndedAt ?? ended.ValidUntil:yyyy-MM-dd HH:mm} UTC.");
    }

    public static async Task<List<HeldGrant>> TakeAsync(MarketplaceDb db, Actor actor, Guid[] ids, DateTimeOffset now, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from access_grant where id = any({ids}) order by id for update", cancellation);
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        return await db.Grants.Where(g => ids.Contains(g.Id)).OpenAt(now)
            .OrderBy(g => g.Application!.Name).ThenBy(g => g.ApplicationId).ThenBy(g => g.Operation!.ApiVersion!.Api!.Name).ThenBy(g => g.ApiVersionId)
            .ThenBy(g => g.Environment).ThenBy(g => g.Operation!.Path).ThenBy(g => g.Operation!.Method)
            .Select(g => new HeldGrant(
                g.Id, g.ApplicationId, g.Application!.ClientId, g.Application.Name, g.Application.TeamId, g.ApiVersionId,
                g.Operation!.ApiVersion!.Api!.Name, g.Operation.ApiVersion.Api.Title, g.Operation.ApiVersion.Version, g.Operation.ApiVersion.Api.TeamId,
                g.Environment, g.Operation.Key, g.Operation.Method, g.Operation.Path, g.ValidUntil,
                g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now), g.SuspendedAs, g.SuspendedUntil, g.UntilBefore, g.EndSetAs,
                isOfficer ? GrantParty.SecurityOfficer
                    : g.Operation.ApiVersion.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner) ? GrantParty.Owner : GrantParty.Team))
            .ToListAsync(cancellation);
    }

    /// <summary>The open grants that newer ones are about to take the place of.</summary>
    public static Task ReplacedAsync(MarketplaceDb db, Guid application, string environment, IReadOnlyCollection<Guid> operations, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"select 1 from access_grant where application_id = {application} and environment = {environment} and operation_id = any({operations.ToArray()}) and ended_at is null order by id for update",
            cancellation);

    /// <summary>What was suspended stays so under the grant that took its place: who asks for it anew does not resume it.</summary>
    public static Task StaySuspendedAsync(
        MarketplaceDb db, Guid application, string environment, IReadOnlyCollection<Guid> operations, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update access_grant n set suspended_at = o.suspended_at, suspended_until = o.suspended_until, suspended_by = o.suspended_by,
              suspended_as = o.suspended_as, suspend_reason = o.suspend_reason
            from access_grant o
            where n.application_id = {application} and n.environment = {environment} and n.operation_id = any({operations.ToArray()}) and n.ended_at is null
              and (o.application_id, o.environment, o.operation_id) = (n.application_id, n.environment, n.operation_id)
              and o.end_kind = 'superseded' and o.ended_at = {now} and o.suspended_at is not null and (o.suspended_until is null or o.suspended_until > {now})
            """, cancellation);

    /// <summary>Every open grant of a line.</summary>
    public static Task OfLineAsync(MarketplaceDb db, Guid line, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from access_grant where api_version_id = {line} and ended_at is null order by id for update", cancellation);
}
