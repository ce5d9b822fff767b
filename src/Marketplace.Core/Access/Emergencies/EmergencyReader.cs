using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

public sealed class EmergencyReader(IDbContextFactory<MarketplaceDb> databases, ApprovalPolicyShelf shelf, EmergencyRules rules, ApprovalMemory memory, TimeProvider clock)
{
    private const int MostBanners = 3;

    /// <summary>Newest first.</summary>
    public async Task<Page<EmergencyRow>> ListAsync(Actor actor, EmergencyFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var emergencies = db.Emergencies.SeenBy(actor)
            .Where(e => (filter.ClientId == null || e.Application!.ClientId == filter.ClientId) && (filter.Api == null || e.ApiVersion!.Api!.Name == filter.Api));
        emergencies = filter.State switch
        {
            EmergencyState.Open => emergencies.OpenAt(db, now),
            EmergencyState.Unreviewed => emergencies.Where(e => e.Outcome == null && !db.Grants.Any(g => g.EmergencyId == e.Id && g.EndedAt == null && g.ValidUntil > now)),
            EmergencyState.Justified => emergencies.Where(e => e.Outcome == ReviewOutcome.Justified),
            EmergencyState.NotJustified => emergencies.Where(e => e.Outcome == ReviewOutcome.NotJustified),
            _ => emergencies,
        };
        return await Rows(db, emergencies.OrderByDescending(e => e.Number), now).ToPageAsync(page, cancellation);
    }

    public async Task<EmergencyDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var mine = db.Emergencies.SeenBy(actor).Where(e => e.Number == number);
        if (await Rows(db, mine, now).SingleOrDefaultAsync(cancellation) is not { } row)
            return null;
        var grants = await db.Grants.Where(g => g.Emergency!.Number == number).OrderBy(g => g.Operation!.Path).ThenBy(g => g.Operation!.Method)
            .Select(g => new { g.Id, g.Operation!.Key, g.Operation.Method, g.Operation.Path, g.EndKind, g.EndedAt, g.ValidUntil, g.SuspendedAt, g.SuspendedUntil }).ToListAsync(cancellation);
        var uses = await GrantUse.ReadAsync(db, [.. grants.Select(g => g.Id)], now, cancellation);
        var isOpen = row.State is EmergencyState.Open;
        return new(
            row,
            grants.ConvertAll(g => new EmergencyEndpoint(
                g.Id, g.Key, g.Method, g.Path,
                g.EndKind switch
                {
                    GrantEnd.Revoked => GrantState.Revoked,
                    GrantEnd.Superseded => GrantState.Superseded,
                    GrantEnd.Retired => GrantState.Retired,
                    _ when g.ValidUntil <= now => GrantState.Expired,
                    _ when g.SuspendedAt is not null && (g.SuspendedUntil is null || g.SuspendedUntil > now) => GrantState.Suspended,
                    _ => GrantState.Active,
                },
                g.EndedAt, uses.GetValueOrDefault(g.Id, GrantUse.None))),
            isOpen && await mine.EndableBy(actor).AnyAsync(cancellation),
            !isOpen && row.ReviewedAt is null && await mine.ReviewableBy(actor).AnyAsync(cancellation));
    }

    /// <summary>Those that are open now, for whoever looks at a grant, an application or an API and sees them; the newest few.</summary>
    public async Task<IReadOnlyList<EmergencyRow>> OpenAsync(Actor actor, Guid? grant, string? clientId, string? api, string? version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        // Mostly there is none, and to plan the question below takes longer than to answer this one.
        if (!await db.Emergencies.AnyAsync(e => e.Until > now, cancellation))
            return [];
        return await Rows(db, db.Emergencies.Where(e => e.Until > now).SeenBy(actor).OpenAt(db, now)
            .Where(e => (grant == null || db.Grants.Any(g => g.Id == grant && g.EmergencyId == e.Id))
                && (clientId == null || e.Application!.ClientId == clientId) && (api == null || e.ApiVersion!.Api!.Name == api) && (version == null || e.ApiVersion!.Version == version))
            .OrderByDescending(e => e.Number).Take(MostBanners), now).ToListAsync(cancellation);
    }

    /// <summary>What may be taken of an API's line in each environment. Null where the actor sees no such line.</summary>
    public async Task<LineTerms?> TermsAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version).Select(v => (Guid?)v.ApiId).SingleOrDefaultAsync(cancellation) is not { } id)
            return null;
        var data = StoredEnum.ToWord(await memory.ClassificationAsync(db, id, clock.GetUtcNow(), cancellation));
        var environments = await ApprovalPolicyShelf.EnvironmentsAsync(db, cancellation);
        if (await shelf.InEffectAsync(db, cancellation) is not var (number, policy))
            return new(null, environments.ConvertAll(e => new EmergencyTerms(e, null, null)));
        return new(number, environments.ConvertAll(e => policy.Emergency(data, e) is { } sentence
            ? new EmergencyTerms(e, rules.HoursOf(sentence), sentence.ToString())
            : new(e, null, null)));
    }

    private static IQueryable<EmergencyRow> Rows(MarketplaceDb db, IQueryable<Emergency> emergencies, DateTimeOffset now) => emergencies.Select(e => new EmergencyRow(
        e.Number,
        e.Outcome == ReviewOutcome.Justified ? EmergencyState.Justified
            : e.Outcome == ReviewOutcome.NotJustified ? EmergencyState.NotJustified
            : db.Grants.Any(g => g.EmergencyId == e.Id && g.EndedAt == null && g.ValidUntil > now) ? EmergencyState.Open : EmergencyState.Unreviewed,
        e.Application!.Name, e.Application.ClientId, e.Application.Team!.Title, e.ApiVersion!.Api!.Name, e.ApiVersion.Api.Title, e.ApiVersion.Version, e.ApiVersion.Api.Team!.Title,
        e.Environment, e.Endpoints, e.Incident, e.Reason,
        db.People.Where(p => p.Id == e.TakenBy).Select(p => p.DisplayName).Single(), e.TakenAt, e.Until,
        e.EndedAt, db.People.Where(p => p.Id == e.EndedBy).Select(p => p.DisplayName).SingleOrDefault(), e.EndReason,
        e.Review, db.People.Where(p => p.Id == e.ReviewedBy).Select(p => p.DisplayName).SingleOrDefault(), e.ReviewedAt,
        e.AccessRequest!.Number, e.Policy, e.Sentence));
}
