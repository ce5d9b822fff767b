using System.Text.Json;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>
/// A second person puts a policy into effect that holds its own cases and has been tried against the one that it
/// replaces. Requests that wait already keep the approvers that they were given.
/// </summary>
public sealed class PutApprovalPolicyIntoEffect(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private static readonly TimeSpan TrialHolds = TimeSpan.FromDays(7);

    /// <returns>The policy's number.</returns>
    public async Task<Outcome<int>> ExecuteAsync(Actor actor, int number, string reason, CancellationToken cancellation)
    {
        if (!WriteApprovalPolicy.MayChange(actor))
            return WriteApprovalPolicy.NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.ApprovalPolicies.SingleOrDefaultAsync(p => p.Number == number, cancellation) is not { } policy)
            return new Problem(Problem.NotFound, $"There is no approval policy {number}.", "number");
        var newest = await db.ApprovalPolicyEffects.OrderByDescending(e => e.Sequence).FirstOrDefaultAsync(cancellation);
        var before = newest?.Policy ?? 0;
        var trial = await db.ApprovalPolicyTrials.Where(t => t.Policy == number).OrderByDescending(t => t.TriedAt).ThenByDescending(t => t.Id).FirstOrDefaultAsync(cancellation);
        var (_, report, faults) = await CheckApprovalPolicy.ReportAsync(db, policy.Text, cancellation);
        var now = clock.GetUtcNow();
        var problems = Problems(actor, policy, before, trial, reason, now);
        problems.AddRange(faults.Concat(report?.Faults ?? []).Select(f => f.ToProblem() with { Field = "number" }));
        problems.AddRange((report?.Cases ?? []).Where(c => !c.Holds).Select(c => new Problem("case_failed", $"Line {c.Line}: “{c.Name}” expects {c.Expected}. {c.Why}", "number")));
        if (problems.Count > 0)
            return problems;

        db.Add(new ApprovalPolicyEffect
        {
            // After the one that was looked at: of two who follow the same, one finds its place taken.
            Sequence = (newest?.Sequence ?? 0) + 1,
            Policy = number,
            WrittenBy = policy.WrittenBy,
            Reason = reason.Trim(),
            PutBy = actor.Id,
            PutAt = now,
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Problem(Problem.Conflict, "Somebody else has just put an approval policy into effect. Look which one.", "number");
        }
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ApprovalPolicy, $"Approval policy {number} is in effect", $"It decides who approves what is asked for from now on.\n{reason.Trim()}", $"/approval-policies/{number}"),
            new() { People = policy.WrittenBy is { } writer ? [writer] : [] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "approval_policy.put_into_effect", "approval_policy", number.ToString(), ApprovalPolicy.NameOf(number), reason.Trim(),
                new { before, after = number, written_by = policy.WrittenBy, dry_run = TryApprovalPolicy.Facts(JsonSerializer.Deserialize<DryRun>(trial!.Result)!) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    private static List<Problem> Problems(Actor actor, ApprovalPolicy policy, int before, ApprovalPolicyTrial? trial, string reason, DateTimeOffset now)
    {
        if (before == policy.Number)
            return [new("already_in_effect", $"Approval policy {policy.Number} is in effect already.", "number")];
        var problems = new List<Problem>();
        if (policy.WrittenBy == actor.Id)
            problems.Add(new("own_policy", "You wrote it. Four eyes: another security officer or administrator puts it into effect.", "number"));
        if (trial is null)
            problems.Add(new("policy_untried", "Try it on last month's requests first, and look at what would go another way.", "number"));
        else if (trial.Against != before)
            problems.Add(new("policy_untried", $"It was tried against approval policy {trial.Against}, and {before} is in effect by now. Try it again.", "number"));
        else if (trial.TriedAt < now - TrialHolds)
            problems.Add(new("policy_untried", $"It was tried on {trial.TriedAt:yyyy-MM-dd}, and others have asked since then. Try it again.", "number"));
        if (reason.Trim().Length is 0 or > 2000)
            problems.Add(new("reason_missing", "Say why in at most 2000 characters.", "reason"));
        return problems;
    }
}
