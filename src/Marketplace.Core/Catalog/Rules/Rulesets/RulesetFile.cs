namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>
/// A ruleset as a platform team writes it, in the shape that Spectral made common:
/// <code>
/// extends: [marketplace:oas, marketplace:company]
/// block: false
/// rules:
///   operation-description: info
/// overrides:
///   - teams: [payments]
///     classifications: [restricted]
///     rules: { operation-security: error }
/// </code>
/// </summary>
public sealed class RulesetFile
{
    public const int MaxLength = 100_000;

    public const string BuiltIn = """
        # What holds until somebody puts another ruleset into effect.
        # Severities: off, hint, info, warn, error. Publishing goes through either way; findings are shown.
        extends: [marketplace:oas, marketplace:company]

        # true: a revision that brings an error which the one before did not have is refused.
        block: false

        rules:
          # Thousands of public documents describe their operations in the summary alone.
          operation-description: info
          operation-tag-defined: info

        overrides:
          - classifications: [public]
            rules:
              operation-open-to-all: off

        """;

    private readonly Severity[] _severities;
    private readonly IReadOnlyList<Override> _overrides;

    internal RulesetFile(Severity[] severities, IReadOnlyList<Override> overrides, bool blocks) =>
        (_severities, _overrides, Blocks) = (severities, overrides, blocks);

    /// <summary>A new revision that brings new errors is refused.</summary>
    public bool Blocks { get; }

    /// <summary>How much each rule matters for an API of this team and classification. The last override that fits decides.</summary>
    public RuleSeverities For(string team, Classification classification)
    {
        var fitting = _overrides.Where(o => o.Fits(team, classification)).ToList();
        return new(rule => fitting.LastOrDefault(o => o.Severities.ContainsKey(rule))?.Severities[rule] ?? _severities[rule.Index]);
    }

    public static Outcome<RulesetFile> Parse(string text) => new RulesetText(text).Read();

    internal sealed record Override(HashSet<string>? Teams, HashSet<Classification>? Classifications, Dictionary<Rule, Severity> Severities)
    {
        public bool Fits(string team, Classification classification) =>
            (Teams is null || Teams.Contains(team)) && (Classifications is null || Classifications.Contains(classification));
    }
}
