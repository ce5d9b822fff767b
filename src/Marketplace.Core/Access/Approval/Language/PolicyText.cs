namespace Marketplace.Core.Access.Approval.Language;

/// <summary>A policy taken apart: rules of which the first that fits decides, and the cases that must hold beside them.</summary>
public sealed class PolicyText
{
    public const int MaxLength = 100_000;
    public const int MaxRules = 200;
    public const int MaxCases = 500;

    internal PolicyText(IReadOnlyList<PolicyRule> rules, IReadOnlyList<PolicyCase> cases, IReadOnlyList<BreakGlass> emergencies) => (Rules, Cases, Emergencies) = (rules, cases, emergencies);

    public IReadOnlyList<PolicyRule> Rules { get; }

    public IReadOnlyList<PolicyCase> Cases { get; }

    /// <summary>What may be taken without approval; where there is none, nothing.</summary>
    public IReadOnlyList<BreakGlass> Emergencies { get; }

    /// <summary>Null where nobody may take it.</summary>
    internal BreakGlass? Emergency(string classification, string environment) => Emergencies.FirstOrDefault(e => e.Fits(classification, environment));

    /// <summary>Null when no rule fits: then nobody may have it.</summary>
    internal PolicyRule? Decide(IFacts facts)
    {
        foreach (var rule in Rules)
        {
            if (rule.Condition.Holds(facts) is true)
                return rule;
        }
        return null;
    }
}
