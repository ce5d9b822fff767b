using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Policies;

/// <param name="Faults">Why it cannot be read; then there is no more.</param>
/// <param name="Report">Null when it cannot be read.</param>
/// <param name="DryRun">Null when it cannot be read, or was not asked for.</param>
public sealed record CheckedPolicy(IReadOnlyList<PolicyFault> Faults, PolicyReport? Report, DryRun? DryRun)
{
    public bool MayTakeEffect => Report?.MayTakeEffect is true;
}

/// <summary>Reads a policy, runs its cases and replays a month of requests through it, and keeps nothing: what a pipeline asks for before merge.</summary>
public sealed class CheckApprovalPolicy(IDbContextFactory<MarketplaceDb> databases, ApprovalPolicyShelf shelf, ApprovalMemory memory, TimeProvider clock)
{
    public static readonly TimeSpan Span = TimeSpan.FromDays(30);

    public async Task<Outcome<CheckedPolicy>> ExecuteAsync(Actor actor, string text, CancellationToken cancellation)
    {
        if (!actor.ReadsEverything)
            return new Problem(Problem.Forbidden, "A dry run shows everybody's requests: only security officers, administrators and auditors check a policy. Ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (policy, report, faults) = await ReportAsync(db, text, cancellation);
        return new CheckedPolicy(faults, report, policy is null ? null : await RunAsync(db, policy, cancellation));
    }

    internal static async Task<(PolicyText? Policy, PolicyReport? Report, IReadOnlyList<PolicyFault> Faults)> ReportAsync(
        MarketplaceDb db, string text, CancellationToken cancellation)
    {
        var environments = await ApprovalPolicyShelf.EnvironmentsAsync(db, cancellation);
        var (policy, faults) = PolicyParser.Parse(text, environments);
        if (policy is null)
            return (null, null, faults);
        var report = PolicyReport.Of(policy, environments);
        return (policy, report with { Hints = [.. report.Hints, .. await UnknownNamesAsync(db, policy, cancellation)] }, []);
    }

    internal async Task<DryRun> RunAsync(MarketplaceDb db, PolicyText policy, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - Span;
        // Without one in effect nobody may have anything.
        var (number, now) = await shelf.InEffectAsync(db, cancellation) ?? (0, new PolicyText([], [], []));
        return DryRun.Of(number, now, policy, since, await RoutedItem.SinceAsync(db, since, memory.Since(since + Span), cancellation)) with
        {
            Emergencies = EmergencyChange.Between(now, policy, await ApprovalPolicyShelf.EnvironmentsAsync(db, cancellation)),
        };
    }

    /// <summary>A name may come before what it names, so that this stops nobody.</summary>
    private static async Task<IEnumerable<PolicyFault>> UnknownNamesAsync(MarketplaceDb db, PolicyText policy, CancellationToken cancellation)
    {
        var named = policy.Rules.SelectMany(r => r.Condition.Atoms.OfType<Condition.OneOf>().SelectMany(a => a.Words, (a, name) => (Rule: r, a.Fact, Name: name))).ToList();
        var apis = named.Where(n => n.Fact == Fact.Api).Select(n => n.Name).ToArray();
        var teams = named.Where(n => n.Fact is Fact.ApiTeam or Fact.ApplicationTeam).Select(n => n.Name).ToArray();
        var knownApis = apis.Length == 0 ? [] : await db.Apis.Where(a => apis.Contains(a.Name)).Select(a => a.Name).ToListAsync(cancellation);
        var knownTeams = teams.Length == 0 ? [] : await db.Teams.Where(t => teams.Contains(t.Name)).Select(t => t.Name).ToListAsync(cancellation);
        return named
            .Where(n => (n.Fact == Fact.Api && !knownApis.Contains(n.Name)) || (n.Fact is Fact.ApiTeam or Fact.ApplicationTeam && !knownTeams.Contains(n.Name)))
            .Select(n => new PolicyFault(n.Rule.Line, 1, $"There is no {(n.Fact == Fact.Api ? "API" : "team")} \"{n.Name}\" yet. Is the name right?")).Distinct();
    }
}
