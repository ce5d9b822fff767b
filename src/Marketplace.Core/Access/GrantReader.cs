using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public enum GrantState
{
    Active,

    /// <summary>Set aside: it does not count until it goes on.</summary>
    Suspended,
    Expired,
    Revoked,
    Superseded,
    Retired,
}

public sealed record GrantRow(
    Guid Id, string Application, string ClientId, string ApplicationTeam, string Api, string Version, string Environment,
    string Operation, string Method, string Path, bool OperationRemoved, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil,
    string GrantedBy, long RequestNumber, GrantState State, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, bool MayRevoke)
{
    public GrantUse Use { get; init; } = GrantUse.None;

    /// <summary>Null unless it is suspended.</summary>
    public GrantSuspension? Suspension { get; init; }

    /// <summary>What its end was as approved, where somebody brought it forward.</summary>
    public DateTimeOffset? UntilBefore { get; init; }
    public bool MayResume { get; init; }
    public bool MayKeep { get; init; }

    /// <summary>A member of the application's team may ask for it again.</summary>
    public bool MayRenew { get; init; }

    /// <summary>The number of the emergency that it was taken as; null for an ordinary one.</summary>
    public long? Emergency { get; init; }

    /// <summary>What it may spend; null: nothing limits it.</summary>
    public CarriedPlan? Plan { get; init; }
}

/// <param name="Until">When it goes on by itself; null for when somebody resumes it.</param>
public sealed record GrantSuspension(DateTimeOffset At, DateTimeOffset? Until, string By, GrantParty As, string Reason);

/// <param name="ClientId">Of one application.</param>
/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one line of it.</param>
/// <param name="Environment">In one environment.</param>
/// <param name="ActiveOnly">Leaves out what has ended.</param>
/// <param name="ApplicationTeam">Of one team's applications.</param>
/// <param name="ApiTeam">Of one team's APIs.</param>
public sealed record GrantFilter(
    string? ClientId = null, string? Api = null, string? Version = null, string? Environment = null, bool ActiveOnly = false,
    string? ApplicationTeam = null, string? ApiTeam = null);

public sealed class GrantReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Page<GrantRow>> ListAsync(Actor actor, GrantFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var grants = (await SeenAsync(db, actor, filter, cancellation)).Where(g =>
            (filter.Environment == null || g.Environment == filter.Environment)
            && (filter.ApplicationTeam == null || g.Application!.Team!.Name == filter.ApplicationTeam)
            && (filter.ApiTeam == null || g.ApiVersion!.Api!.Team!.Name == filter.ApiTeam));
        // Of what stands the newest few come in their order from an index; with what has ended, all are sorted.
        var ordered = filter.ActiveOnly
            ? grants.OpenAt(now).OrderByDescending(g => g.GrantedAt).ThenBy(g => g.Id)
            : grants.OrderBy(g => g.EndedAt != null).ThenByDescending(g => g.GrantedAt).ThenBy(g => g.Id);
        var rows = await Rows(db, ordered, actor, now).ToPageAsync(page, cancellation);
        return rows with { Items = await WithUseAsync(db, rows.Items, now, cancellation) };
    }

    /// <summary>
    /// Of the application and the lines that are named, by their keys. Where all of these are the actor's, they are not held
    /// against what else is.
    /// </summary>
    private static async Task<IQueryable<Grant>> SeenAsync(MarketplaceDb db, Actor actor, GrantFilter filter, CancellationToken cancellation)
    {
        var reach = await TeamReach.OfAsync(db, actor, cancellation);
        var (grants, isOwn) = (db.Grants.AsQueryable(), reach is null);
        if (filter.ClientId is { } client)
        {
            var application = await db.Applications.Where(a => a.ClientId == client).Select(a => a.Id).SingleOrDefaultAsync(cancellation);
            (grants, isOwn) = (grants.Where(g => g.ApplicationId == application), isOwn || reach!.Applications.Contains(application));
        }

        if (filter.Api is not null || filter.Version is not null)
        {
            var lines = await db.ApiVersions.Where(v => (filter.Api == null || v.Api!.Name == filter.Api) && (filter.Version == null || v.Version == filter.Version))
                .Select(v => v.Id).ToArrayAsync(cancellation);
            var line = lines is [var only] ? only : Guid.Empty;
            (grants, isOwn) = (lines.Length == 1 ? grants.Where(g => g.ApiVersionId == line) : grants.Where(g => lines.Contains(g.ApiVersionId)), isOwn || lines.All(reach!.Lines.Contains));
        }

        return isOwn ? grants : grants.Within(reach);
    }

    /// <summary>Method and path of what an application may call now, as far as the actor sees its grants; in every environment where none is named.</summary>
    public async Task<IReadOnlySet<(string Method, string Path)>> HeldAsync(
        Actor actor, string api, string version, string clientId, string? environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var held = await db.Grants.SeenBy(actor)
            .Where(g => g.Application!.ClientId == clientId && g.ApiVersion!.Api!.Name == api && g.ApiVersion.Version == version
                && (environment == null || g.Environment == environment)
                && g.EndedAt == null && g.ValidFrom <= now && g.ValidUntil > now && g.Operation!.RemovedIn == null
                && (g.SuspendedAt == null || g.SuspendedUntil <= now))
            .Select(g => new { g.Operation!.Method, g.Operation.Path }).Distinct().ToListAsync(cancellation);
        return held.Select(o => (o.Method, o.Path)).ToHashSet();
    }

    public async Task<GrantRow?> FindAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var row = await Rows(db, db.Grants.SeenBy(actor).Where(g => g.Id == id), actor, now).SingleOrDefaultAsync(cancellation);
        return row is null ? null : (await WithUseAsync(db, [row], now, cancellation))[0];
    }

    private static async Task<IReadOnlyList<GrantRow>> WithUseAsync(MarketplaceDb db, IReadOnlyList<GrantRow> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        var uses = await GrantUse.ReadAsync(db, [.. rows.Select(row => row.Id)], now, cancellation);
        return [.. rows.Select(row => row with { Use = uses.GetValueOrDefault(row.Id, GrantUse.None) })];
    }

    private static IQueryable<GrantRow> Rows(MarketplaceDb db, IQueryable<Grant> grants, Actor actor, DateTimeOffset now)
    {
        var isSecurityOfficer = actor.Role is PlatformRole.SecurityOfficer;
        return grants.Select(g => new GrantRow(
            g.Id, g.Application!.Name, g.Application.ClientId, g.Application.Team!.Title,
            g.ApiVersion!.Api!.Name, g.ApiVersion.Version, g.Environment,
            g.Operation!.Key, g.Operation.Method, g.Operation.Path, g.Operation.RemovedIn != null, g.ValidFrom, g.ValidUntil,
            MarketplaceDb.ApproversOf(g.AccessRequestItemId, g.GrantedBy),
            db.AccessRequests.Where(r => r.Items.Any(i => i.Id == g.AccessRequestItemId)).Select(r => r.Number).Single(),
            g.EndKind == GrantEnd.Revoked ? GrantState.Revoked
                : g.EndKind == GrantEnd.Superseded ? GrantState.Superseded
                : g.EndKind == GrantEnd.Retired ? GrantState.Retired
                : g.ValidUntil <= now ? (g.UntilBefore != null ? GrantState.Revoked : GrantState.Expired)
                : g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now) ? GrantState.Suspended : GrantState.Active,
            g.EndedAt ?? (g.UntilBefore != null ? g.ValidUntil : null),
            db.People.Where(p => p.Id == (g.EndedBy ?? g.EndSetBy)).Select(p => p.DisplayName).SingleOrDefault(), g.EndReason ?? g.EndSetReason,
            g.EndedAt == null && g.ValidUntil > now
                && (isSecurityOfficer
                    || g.ApiVersion.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)
                    || g.Application.Team.Memberships.Any(m => m.PersonId == actor.Id)))
        {
            Suspension = g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now)
                ? new GrantSuspension(
                    g.SuspendedAt.Value, g.SuspendedUntil, db.People.Where(p => p.Id == g.SuspendedBy).Select(p => p.DisplayName).SingleOrDefault()!,
                    g.SuspendedAs!.Value, g.SuspendReason!)
                : null,
            UntilBefore = g.UntilBefore,
            MayResume = g.EndedAt == null && (isSecurityOfficer
                || (g.SuspendedAs != GrantParty.SecurityOfficer && g.ApiVersion.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner))
                || (g.SuspendedAs == GrantParty.Team && g.Application.Team.Memberships.Any(m => m.PersonId == actor.Id))),
            MayKeep = g.EndedAt == null && g.UntilBefore != null && g.ValidUntil > now && (isSecurityOfficer
                || (g.EndSetAs != GrantParty.SecurityOfficer && g.ApiVersion.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner))
                || (g.EndSetAs == GrantParty.Team && g.Application.Team.Memberships.Any(m => m.PersonId == actor.Id))),
            MayRenew = g.EmergencyId == null && g.Operation.RemovedIn == null && g.Application.DisabledAt == null && g.Application.Team.Memberships.Any(m => m.PersonId == actor.Id),
            Emergency = (long?)g.Emergency!.Number,
            Plan = g.PlanLimits == null ? null : new CarriedPlan(
                g.PlanLimits.Plan!.Name, g.PlanLimits.Plan.Title, g.PlanLimits.Revision, g.PlanLimits.Rate, g.PlanLimits.Per, g.PlanLimits.Burst, g.PlanLimits.Quota,
                g.PlanLimits.QuotaWindow, g.PlanLimits.MaximumDays),
        });
    }
}
