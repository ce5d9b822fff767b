using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>A ruleset that has been tried holds from now on; what it finds in the whole catalog is written down in the background.</summary>
public sealed class PutIntoEffect(IDbContextFactory<MarketplaceDb> databases, RulesetEditors editors, TimeProvider clock)
{
    public async Task<Outcome<RulesetEffect>> ExecuteAsync(Actor actor, int number, string reason, CancellationToken cancellation)
    {
        if (!await editors.IncludeAsync(actor, cancellation))
            return RulesetEditors.NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.Rulesets.AnyAsync(r => r.Number == number, cancellation))
            return new Problem(Problem.NotFound, $"There is no ruleset {number}.", "number");
        if (reason.Trim().Length is 0 or > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters.", "reason");
        var before = await RulesetShelf.NumberInEffectAsync(db, cancellation);
        if (before == number)
            return new Problem("already_in_effect", $"Ruleset {number} is in effect already.", "number");
        var trial = await db.RulesetRuns.Where(r => r.Ruleset == number && r.Kind == RunKind.Trial && r.State == RunState.Done)
            .OrderByDescending(r => r.AskedAt).FirstOrDefaultAsync(cancellation);
        if (trial is null)
            return new Problem("ruleset_untried", "Try the ruleset against the catalog first, and look at whom it would fail.", "number");

        var now = clock.GetUtcNow();
        var effect = new RulesetEffect
        {
            Sequence = (await db.RulesetEffects.MaxAsync(e => (int?)e.Sequence, cancellation) ?? 0) + 1,
            Ruleset = number,
            Reason = reason.Trim(),
            PutBy = actor.Id,
            PutAt = now,
        };
        db.Add(effect);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Problem(Problem.Conflict, "Somebody else has just put a ruleset into effect. Look which one.", "number");
        }
        await RulesetRun.AskAsync(db, number, RunKind.Effect, actor.Id, now, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("ruleset.put_into_effect", "ruleset", number.ToString(), WriteRuleset.Name(number), effect.Reason, new { before, after = number, trial = trial.Id, tried = trial.Total }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return effect;
    }
}
