using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <param name="Text">YAML.</param>
/// <param name="Reason">Why, for those who read the versions.</param>
/// <param name="BasedOn">The newest version that the writer has seen; another one by now is a conflict. Null to write whatever is newest.</param>
public sealed record RulesetInput(string Text, string Reason, int? BasedOn = null);

/// <summary>A new version of the ruleset. Nothing holds by it until it is put into effect.</summary>
public sealed class WriteRuleset(IDbContextFactory<MarketplaceDb> databases, RulesetEditors editors, TimeProvider clock)
{
    public async Task<Outcome<Ruleset>> ExecuteAsync(Actor actor, RulesetInput input, CancellationToken cancellation)
    {
        if (!await editors.IncludeAsync(actor, cancellation))
            return RulesetEditors.NotYours;
        var problems = new List<Problem>(RulesetFile.Parse(input.Text).Problems);
        if (input.Reason.Trim().Length is 0 or > 2000)
            problems.Add(new("reason_missing", "Say why in at most 2000 characters.", "reason"));
        if (problems.Count > 0)
            return problems;

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var newest = await db.Rulesets.MaxAsync(r => (int?)r.Number, cancellation) ?? 0;
        if (input.BasedOn is { } seen && seen != newest)
            return Overtaken(newest);
        var now = clock.GetUtcNow();
        var ruleset = new Ruleset
        {
            Number = newest + 1,
            Text = input.Text.ReplaceLineEndings("\n"),
            Reason = input.Reason.Trim(),
            WrittenBy = actor.Id,
            WrittenAt = now,
        };
        db.Add(ruleset);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Overtaken(newest + 1);
        }
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "ruleset.written", "ruleset", ruleset.Number.ToString(), Name(ruleset.Number), ruleset.Reason,
                new { before = newest == 0 ? (int?)null : newest, after = ruleset.Number, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ruleset.Text))) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return ruleset;
    }

    internal static string Name(int number) => $"Ruleset {number}";

    private static Problem Overtaken(int newest) =>
        new(Problem.Conflict, $"Somebody else has just written ruleset {newest}. Look at it, and write yours on top of it.", "text");
}
