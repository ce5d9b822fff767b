using System.Text.Json;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>Replays last month's requests through a policy that is written, and keeps what it finds for those who put it into effect and for those who ask later.</summary>
public sealed class TryApprovalPolicy(IDbContextFactory<MarketplaceDb> databases, CheckApprovalPolicy check, ApprovalPolicyShelf shelf, TimeProvider clock)
{
    public async Task<Outcome<DryRun>> ExecuteAsync(Actor actor, int number, CancellationToken cancellation)
    {
        if (!WriteApprovalPolicy.MayChange(actor))
            return WriteApprovalPolicy.NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await shelf.GetAsync(db, number, cancellation) is not { } policy)
            return new Problem(Problem.NotFound, $"There is no approval policy {number}.", "number");
        var run = await check.RunAsync(db, policy, cancellation);
        var now = clock.GetUtcNow();
        db.Add(new ApprovalPolicyTrial
        {
            Policy = number,
            Against = run.Against,
            Since = run.Since,
            TriedBy = actor.Id,
            TriedAt = now,
            Requests = run.Requests,
            Endpoints = run.Endpoints,
            Changed = run.Changed,
            Result = JsonSerializer.Serialize(run),
        });
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("approval_policy.tried", "approval_policy", number.ToString(), ApprovalPolicy.NameOf(number), null, Facts(run)), cancellation);
        await transaction.CommitAsync(cancellation);
        return run;
    }

    internal static object Facts(DryRun run) => new
    {
        against = run.Against, since = run.Since, requests = run.Requests, endpoints = run.Endpoints, changed = run.Changed, stricter = run.Stricter, looser = run.Looser,
        emergencies = run.Emergencies.Select(e => new { classification = e.Classification, environment = e.Environment, from = e.From, to = e.To }),
    };
}
