using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Access.Approval.Policies;

/// <param name="Note">Why, for those who read the versions.</param>
/// <param name="BasedOn">The newest version that the writer has seen; another one by now is a conflict. Null to write whatever is newest.</param>
public sealed record ApprovalPolicyInput(string Text, string Note, int? BasedOn = null);

/// <summary>A new version of the approval policy. Nothing is decided by it until a second person puts it into effect.</summary>
public sealed class WriteApprovalPolicy(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public static Problem NotYours { get; } = new(
        Problem.Forbidden, "Only security officers and administrators change the approval policy. Tell them what you miss.");

    public static bool MayChange(Actor actor) => actor.Role is PlatformRole.SecurityOfficer or PlatformRole.Administrator;

    /// <returns>Its number.</returns>
    public async Task<Outcome<int>> ExecuteAsync(Actor actor, ApprovalPolicyInput input, CancellationToken cancellation)
    {
        if (!MayChange(actor))
            return NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var text = input.Text.ReplaceLineEndings("\n");
        var (_, report, faults) = await CheckApprovalPolicy.ReportAsync(db, text, cancellation);
        var problems = faults.Select(f => f.ToProblem()).ToList();
        if (input.Note.Trim().Length is 0 or > 2000)
            problems.Add(new("note_missing", "Say in at most 2000 characters what changes and why: it stays with this version.", "note"));
        var newest = await db.ApprovalPolicies.MaxAsync(p => (int?)p.Number, cancellation) ?? 0;
        if (problems.Count == 0 && await db.ApprovalPolicies.AnyAsync(p => p.Number == newest && p.Text == text, cancellation))
            problems.Add(new("already_written", $"This is approval policy {newest}, word for word. Change something.", "text"));
        if (problems.Count > 0)
            return problems;
        if (input.BasedOn is { } seen && seen != newest)
            return Overtaken(newest);

        var now = clock.GetUtcNow();
        var policy = new ApprovalPolicy { Number = newest + 1, Text = text, Note = input.Note.Trim(), WrittenBy = actor.Id, WrittenAt = now };
        db.Add(policy);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Overtaken(newest + 1);
        }
        var others = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer, PlatformRole.Administrator);
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ApprovalPolicy, $"{actor.Name} proposes approval policy {policy.Number}", $"Somebody else tries it and puts it into effect.\n{policy.Note}", $"/approval-policies/{policy.Number}"),
            new() { People = others }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "approval_policy.written", "approval_policy", policy.Number.ToString(), ApprovalPolicy.NameOf(policy.Number), policy.Note,
                new { before = newest, after = policy.Number, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), may_take_effect = report!.MayTakeEffect }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return policy.Number;
    }

    private static Problem Overtaken(int newest) =>
        new(Problem.Conflict, $"Somebody else has just written approval policy {newest}. Look at it, and write yours on top of it.", "text");
}
