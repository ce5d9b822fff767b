using Marketplace.Core.Access.Approval;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <param name="Until">When the line is enforced by itself.</param>
/// <param name="Reason">Why, for the audit trail and for those who are told.</param>
public sealed record ShadowInput(string Api, string Version, string Environment, DateTimeOffset Until, string Reason);

/// <summary>
/// An owner or a security officer lets a line's calls through until a day, or names another day. Where an officer's word
/// is needed, an owner's is kept until one gives it.
/// </summary>
public sealed class BeginShadowMode(IDbContextFactory<MarketplaceDb> databases, ApprovalMemory memory, TimeProvider clock)
{
    public async Task<Outcome<ShadowMode>> ExecuteAsync(Actor actor, ShadowInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.ForChangeAsync(db, input.Api, input.Version, cancellation);
        var line = await db.ApiVersions.ShadowedBy(actor).Include(v => v.Api).Include(v => v.Audiences)
            .SingleOrDefaultAsync(v => v.Api!.Name == input.Api && v.Version == input.Version, cancellation);
        if (line is null)
            return new Problem(Problem.NotFound, $"There is no {input.Api} {input.Version} that you may change: only owners of its team and security officers may.", "version");
        var now = clock.GetUtcNow();
        var mode = await db.ShadowModes.SingleOrDefaultAsync(s => s.ApiVersionId == line.Id && s.Environment == input.Environment, cancellation);
        // Lowered for a day, the data is what it was.
        var needsOfficer = ShadowRules.NeedsOfficer(await memory.ClassificationAsync(db, line.ApiId, now, cancellation), input.Environment);
        var problems = ShadowRules.Check(line, input, mode, actor, needsOfficer, now);
        if (problems.Count > 0)
            return problems;

        var before = mode?.StandingAt(now);
        var told = ShadowRules.Facts(mode, now);
        var isAllowed = before is ShadowStanding.On || actor.Role is PlatformRole.SecurityOfficer || !needsOfficer;
        if (mode is null)
        {
            mode = new ShadowMode
            {
                ApiVersionId = line.Id, Environment = input.Environment, Until = input.Until.ToUniversalTime(), Reason = input.Reason.Trim(), AskedAt = now, AskedBy = actor.Id,
            };
            db.Add(mode);
        }

        // Who allows what another asked for does not become the one who asked.
        if (before is not ShadowStanding.Asked || actor.Role is not PlatformRole.SecurityOfficer)
            mode.AskedBy = actor.Id;
        (mode.Until, mode.Reason, mode.AskedAt, mode.RemindedAt) = (input.Until.ToUniversalTime(), input.Reason.Trim(), now, null);
        if (before is not ShadowStanding.On)
            (mode.BeganAt, mode.AllowedBy) = (isAllowed ? now : null, isAllowed ? actor.Id : null);
        await db.SaveChangesAsync(cancellation);
        await ShadowNews.TellAsync(db, now, actor, line, mode, before, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                isAllowed ? before is ShadowStanding.On ? "shadow_mode.changed" : "shadow_mode.begun" : "shadow_mode.asked",
                "api_version", line.Id.ToString(), $"{input.Api} {input.Version}", mode.Reason, new { environment = mode.Environment, before = told, after = ShadowRules.Facts(mode, now) }),
            cancellation);
        if (isAllowed)
            await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Enforcement, line.Id, mode.Environment)], cancellation);
        await transaction.CommitAsync(cancellation);
        return mode;
    }
}
