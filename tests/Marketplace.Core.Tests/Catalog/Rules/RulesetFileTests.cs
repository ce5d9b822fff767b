using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Rulesets;

namespace Marketplace.Core.Tests.Catalog.Rules;

public sealed class RulesetFileTests
{
    [Theory]
    [InlineData("extends: marketplace:oas", "info-contact", Severity.Warn)]
    [InlineData("extends: marketplace:oas", "info-license", Severity.Off)]
    [InlineData("extends: [[marketplace:oas, all]]", "info-license", Severity.Warn)]
    [InlineData("extends: [[marketplace:oas, off]]\nrules: {info-license: true}", "info-license", Severity.Warn)]
    [InlineData("rules: {info-contact: hint}\nextends: marketplace:oas", "info-contact", Severity.Hint)]
    [InlineData("extends: marketplace:oas\nrules: {info-contact: off}", "info-contact", Severity.Off)]
    [InlineData("extends: marketplace:company", "info-contact", Severity.Off)]
    [InlineData("rules: {https-only: warn}\noverrides: [{teams: [payments], rules: {https-only: error}}]", "https-only", Severity.Error)]
    [InlineData("rules: {https-only: warn}\noverrides: [{teams: [lending], rules: {https-only: error}}]", "https-only", Severity.Warn)]
    [InlineData("overrides: [{classifications: [restricted], rules: {https-only: error}}, {teams: payments, classifications: [restricted, public], rules: {https-only: info}}]", "https-only", Severity.Info)]
    public void A_rule_has_the_severity_that_the_file_gives_it_for_the_team_and_classification(string text, string rule, Severity expected)
    {
        var outcome = RulesetFile.Parse(text);

        Assert.True(outcome.Succeeded, string.Join("\n", outcome.Problems));
        Assert.Equal(expected, outcome.Value.For("payments", Classification.Restricted)[AllRules.Find(rule)!]);
    }

    [Theory]
    [InlineData("rules:\n  info-contcat: warn", "Line 2, column 3: There is no rule \"info-contcat\". Did you mean info-contact?")]
    [InlineData("rules:\n  info-contact: fatal", "Line 2, column 3: The severity of info-contact is off, hint, info, warn or error.")]
    [InlineData("extends: spectral:oas", "Line 1, column 1: \"spectral:oas\" is not a ruleset that can be extended. Choose marketplace:oas or marketplace:company.")]
    [InlineData("ruels: {}", "Line 1, column 1: `ruels` is not known here. Use extends, rules, block and overrides.")]
    [InlineData("block: perhaps", "Line 1, column 1: `block` is true or false.")]
    [InlineData("overrides:\n  - rules: {}", "Line 2, column 5: Say whom the override is for: teams, classifications or both.")]
    [InlineData("overrides:\n  - classifications: [secret]\n    rules: {}", "Line 2, column 23: \"secret\" is not a classification. Choose public, internal, confidential or restricted.")]
    [InlineData("rules: {https-only: warn}\nrules: {}", "Line 2, column 1: `rules` stands here a second time. Merge the two.")]
    [InlineData("rules: {https-only", "This is not valid YAML at line 2, column 1. Check the indentation and the quotes there.")]
    [InlineData("", "Line 1, column 1: A ruleset is a mapping with extends, rules, block and overrides. Start with `extends: [marketplace:oas, marketplace:company]`.")]
    public void What_is_wrong_with_a_file_is_told_with_its_line(string text, string expected)
    {
        var problem = Assert.Single(RulesetFile.Parse(text).Problems);

        Assert.Equal(("ruleset_invalid", expected, "text"), (problem.Code, problem.Message, problem.Field));
    }

    [Fact]
    public void The_built_in_ruleset_is_valid_and_blocks_nobody() => Assert.False(RulesetFile.Parse(RulesetFile.BuiltIn).Value!.Blocks);
}
