using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>Shadow mode is over. Revision is null where it had never begun, so that nothing changed for data planes.</summary>
public sealed record EndedShadow(CutOff CutOff, long? Revision);

/// <summary>
/// The switch to deny, with the evidence: while calls of the last day would be refused, it wants to be told so. What was
/// only asked for is withdrawn, or declined by a security officer.
/// </summary>
public sealed class StartEnforcing(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<EndedShadow>> ExecuteAsync(
        Actor actor, string api, string version, string environment, bool isConfirmed, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.ForChangeAsync(db, api, version, cancellation);
        var line = await db.ApiVersions.ShadowedBy(actor).Include(v => v.Api)
            .SingleOrDefaultAsync(v => v.Api!.Name == api && v.Version == version, cancellation);
        if (line is null)
            return new Problem(Problem.NotFound, $"There is no {api} {version} that you may change: only owners of its team and security officers may.", "version");
        var now = clock.GetUtcNow();
        var mode = await db.ShadowModes.SingleOrDefaultAsync(s => s.ApiVersionId == line.Id && s.Environment == environment, cancellation);
        if (mode is null || mode.StandingAt(now) is ShadowStanding.Over)
            return new Problem("already_enforced", $"{api} {version} is enforced in {environment} already.", "environment");

        var began = mode.BeganAt is not null;
        var cutOff = began ? await CutOff.OfAsync(db, line.Id, environment, now, cancellation) : CutOff.Nothing;
        if (!cutOff.IsNothing && !isConfirmed)
            return new Problem("still_refused", $"{cutOff.Sentence} Confirm that they may be.", "confirmed");
        db.Remove(mode);
        await db.SaveChangesAsync(cancellation);
        await ShadowNews.TellEndedAsync(db, now, actor, line, mode, cutOff, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                began ? "shadow_mode.ended" : "shadow_mode.declined", "api_version", line.Id.ToString(), $"{api} {version}", null,
                new { environment, before = ShadowRules.Facts(mode, now), after = ShadowRules.Facts(null, now), would_refuse = new { applications = cutOff.Applications, calls = cutOff.Calls, without_token = cutOff.WithoutToken } }),
            cancellation);
        long? revision = began ? await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Enforcement, line.Id, environment)], cancellation) : null;
        await transaction.CommitAsync(cancellation);
        return new EndedShadow(cutOff, revision);
    }
}
