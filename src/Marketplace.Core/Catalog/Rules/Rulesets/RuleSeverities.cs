namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>How much each rule matters for one API.</summary>
public sealed class RuleSeverities
{
    private readonly Severity[] _byRule = new Severity[AllRules.List.Count];

    /// <summary>Every rule, whatever a ruleset says: for comparisons.</summary>
    public static RuleSeverities Everything { get; } = new(rule => rule.Default);

    internal RuleSeverities(Func<Rule, Severity> severity)
    {
        foreach (var rule in AllRules.List)
            _byRule[rule.Index] = severity(rule);
    }

    public Severity this[Rule rule] => _byRule[rule.Index];
}
