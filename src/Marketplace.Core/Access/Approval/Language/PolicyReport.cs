using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <param name="Why">What goes another way than expected; null when the case holds.</param>
public sealed record CaseResult(string Name, int Line, string Expected, string? Why)
{
    public bool Holds => Why is null;
}

/// <summary>Whether a policy that can be read may take effect, and all that speaks against it.</summary>
/// <param name="Faults">Why it may not take effect, besides cases that fail.</param>
/// <param name="Hints">What its author may have overlooked.</param>
public sealed record PolicyReport(IReadOnlyList<PolicyFault> Faults, IReadOnlyList<CaseResult> Cases, IReadOnlyList<PolicyFault> Hints)
{
    public bool MayTakeEffect => Faults.Count == 0 && Cases.All(c => c.Holds);

    internal static PolicyReport Of(PolicyText policy, IReadOnlyCollection<string> environments)
    {
        var faults = new List<PolicyFault>();
        var hints = new List<PolicyFault>();
        var (effort, ofCases) = (new Exploration.Effort(), new Exploration.Effort());
        if (!policy.Rules.Any(r => r.IsLast))
            faults.Add(new(1, 1, "The policy does not say who approves when no rule fits. End it with `otherwise then owner`, or whoever it should be."));
        var ways = Exploration.Of(policy, new Condition.All([]), environments, effort);
        if (ways is null)
            hints.Add(new(1, 1, "The policy tells too many cases apart to try them all, so that rules of no use may be in it. Join some of them."));
        else
            faults.AddRange(policy.Rules.Where(r => !r.IsLast && ways.All(w => w.Rule != r)).Select(r => Unreachable(policy, r, environments, effort)));

        var reached = new HashSet<string>(StringComparer.Ordinal);
        var cases = policy.Cases.Select(c => Try(policy, c, environments, ofCases, reached)).ToList();
        hints.AddRange(policy.Rules.Where(r => !reached.Contains(r.Name))
            .Select(r => new PolicyFault(r.Line, 1, $"No case tries {(r.IsLast ? "`otherwise`" : $"rule \"{r.Name}\"")}. Add a `test` that says what it is for.")));
        return new(faults, cases, hints);
    }

    private static PolicyFault Unreachable(PolicyText policy, PolicyRule rule, IReadOnlyCollection<string> environments, Exploration.Effort effort)
    {
        var before = (Exploration.Of(policy, rule.Condition, environments, effort) ?? []).Select(w => w.Rule).OfType<PolicyRule>().Distinct().OrderBy(r => r.Line).ToList();
        return new(rule.Line, 1, before.Count == 0
            ? $"Rule \"{rule.Name}\" can never fit: its conditions contradict each other. Mend them, or take it out."
            : $"Rule \"{rule.Name}\" can never decide: {string.Join(", ", before.Select(r => $"\"{r.Name}\""))} before it {(before.Count == 1 ? "fits" : "fit")} whenever it does. Move it up, or take it out.");
    }

    private static CaseResult Try(PolicyText policy, PolicyCase @case, IReadOnlyCollection<string> environments, Exploration.Effort effort, HashSet<string> reached)
    {
        if (@case.BreakGlass is { } mayBeTaken)
            return Result(@case, EmergencyCases.Wrong(policy, @case.Given, mayBeTaken, environments));
        if (@case.Rule is { } named && policy.Rules.All(r => r.Name != named))
            return Result(@case, $"There is no rule \"{named}\".");
        if (Exploration.Of(policy, @case.Given, environments, effort) is not { } ways)
            return Result(@case, "It leaves too much open to be tried. Say more about the request.");
        if (ways.Count == 0)
            return Result(@case, "No request can be like that: what it says contradicts itself.");
        reached.UnionWith(ways.Select(w => w.Rule?.Name).OfType<string>());
        var wrong = ways.FirstOrDefault(w => !IsAsExpected(@case, w.Rule));
        return Result(@case, wrong is null ? null : $"{Told(wrong)} {(wrong.Rule is { } rule ? $"{(rule.IsLast ? "`otherwise`" : $"rule \"{rule.Name}\"")} decides: {rule.Then}" : "no rule decides")}.");
    }

    private static CaseResult Result(PolicyCase @case, string? why) => new(@case.Name, @case.Line, @case.Expectation, why);

    private static bool IsAsExpected(PolicyCase @case, PolicyRule? rule) =>
        rule is not null && (@case.AtLeast ? rule.Then.Includes(@case.Expected) : rule.Then == @case.Expected) && (@case.Rule is null || @case.Rule == rule.Name);

    private static string Told(Way way) => way.Known.Count == 0 ? "Always," : $"With {string.Join(", ", way.Known.OrderBy(k => k.Key.Fact).Select(k => Told(k.Key, k.Value)))},";

    private static string Told(Variable variable, object value) => (variable.Fact, value) switch
    {
        (Fact.Tag, bool holds) => $"{(holds ? "" : "not ")}tag = \"{variable.Tag}\"",
        (_, bool holds) => $"{(holds ? "" : "not ")}{StoredEnum.ToWord(variable.Fact)}",
        _ => $"{StoredEnum.ToWord(variable.Fact)} = {value}",
    };
}
