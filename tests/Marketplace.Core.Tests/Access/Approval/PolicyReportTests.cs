using Marketplace.Core.Access.Approval.Language;

namespace Marketplace.Core.Tests.Access.Approval;

/// <summary>What keeps a policy that can be read from taking effect.</summary>
public sealed class PolicyReportTests
{
    private const string End = "\notherwise then owner";
    private static readonly string[] Environments = ["sandbox", "production"];

    [Theory]
    [InlineData("rule \"A\" when method = GET then owner\nrule \"B\" when method = GET and same_team then platform", "Rule \"B\" can never decide: \"A\" before it fits whenever it does. Move it up, or take it out.")]
    [InlineData("rule \"A\" when same_team then owner\nrule \"C\" when not same_team and days > 5 then owner\nrule \"B\" when days > 6 then platform", "Rule \"B\" can never decide: \"A\", \"C\" before it fit whenever it does. Move it up, or take it out.")]
    [InlineData("rule \"A\" when environment = sandbox then owner\nrule \"C\" when environment = production then owner\nrule \"B\" when tag = x then platform", "Rule \"B\" can never decide: \"A\", \"C\" before it fit whenever it does. Move it up, or take it out.")]
    [InlineData("rule \"B\" when classification = public and classification = internal then platform", "Rule \"B\" can never fit: its conditions contradict each other. Mend them, or take it out.")]
    [InlineData("rule \"B\" when endpoints > 5 and endpoints < 6 then platform", "Rule \"B\" can never fit: its conditions contradict each other. Mend them, or take it out.")]
    [InlineData("rule \"B\" when same_team and api_team = a and application_team = b then platform", "Rule \"B\" can never fit: its conditions contradict each other. Mend them, or take it out.")]
    [InlineData("rule \"B\" when endpoints_of_api > 9 and endpoints < 9 then platform", "Rule \"B\" can never fit: its conditions contradict each other. Mend them, or take it out.")]
    public void A_rule_that_never_decides_is_found(string rules, string message) =>
        Assert.Equal(message, Assert.Single(Report(rules + End).Faults).Message);

    [Theory]
    [InlineData("rule \"A\" when endpoints > 5 then owner\nrule \"B\" when endpoints > 4 then platform")]
    [InlineData("rule \"A\" when tag = x then owner\nrule \"B\" when tag = y then platform")]
    [InlineData("rule \"A\" when api_team = a then owner\nrule \"B\" when same_team and application_team in (a, b) then platform")]
    [InlineData("rule \"A\" when method in (GET, HEAD, OPTIONS, TRACE, QUERY, POST, PUT, PATCH, DELETE) then owner\nrule \"B\" when same_team then platform")]
    public void A_rule_that_decides_seldom_is_no_fault(string rules) => Assert.Empty(Report(rules + End).Faults);

    [Fact]
    public void A_policy_says_who_approves_when_no_rule_fits() =>
        Assert.StartsWith("The policy does not say who approves when no rule fits.", Assert.Single(Report("rule \"A\" when same_team then owner").Faults).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("environment = production, classification = public expects owner", null)]
    [InlineData("environment = sandbox expects automatic by \"Sandbox\"", null)]
    [InlineData("classification = confidential, environment = production expects at least owner", null)]
    [InlineData("classification = confidential expects owner, security_officer", "With classification = confidential, environment = sandbox, rule \"Sandbox\" decides: automatic.")]
    [InlineData("environment = production, method = POST expects owner", "With classification = public, method = POST, environment = production, endpoints = 51, rule \"Many\" decides: platform.")]
    [InlineData("environment = production, not classification = confidential expects owner", "With classification = public, environment = production, endpoints = 51, rule \"Many\" decides: platform.")]
    [InlineData("environment = production, classification = public, endpoints = 51 expects owner", "With classification = public, environment = production, endpoints = 51, rule \"Many\" decides: platform.")]
    [InlineData("environment = production, classification = public, endpoints = 5 expects owner by \"Many\"", "With classification = public, environment = production, endpoints = 5, `otherwise` decides: owner.")]
    [InlineData("environment = sandbox expects automatic by \"Sandpit\"", "There is no rule \"Sandpit\".")]
    [InlineData("environment = sandbox, environment = production expects automatic", "No request can be like that: what it says contradicts itself.")]
    public void A_case_holds_for_every_request_that_it_speaks_of(string @case, string? why)
    {
        const string rules =
            """
            rule "Sandbox" when environment = sandbox then automatic
            rule "Confidential" when classification = confidential then owner, security_officer
            rule "Many" when endpoints > 50 then platform
            otherwise then owner
            """;
        // The first says nothing of how many are asked for.
        var text = rules + $"\ntest \"x\": {(why is null && @case.EndsWith("public expects owner", StringComparison.Ordinal) ? "endpoints <= 50, " : "")}{@case}";
        Assert.Equal(why, Assert.Single(Report(text).Cases).Why);
    }

    [Fact]
    public void A_case_about_incidents_holds_for_all_data_and_environments_that_it_speaks_of()
    {
        const string policy = "otherwise then owner\nbreak glass for internal in production up to 4 hours\nbreak glass for public up to 1 hour";
        Assert.True(Report(policy + "\ntest \"x\": classification in (restricted, confidential) expects no break glass\ntest \"y\": classification = public, method = GET expects break glass").MayTakeEffect);
        var wrong = Report(policy + "\ntest \"x\": classification = internal expects break glass\ntest \"y\": environment = production expects no break glass\ntest \"z\": classification = public, classification = internal expects break glass");
        Assert.False(wrong.MayTakeEffect);
        Assert.Equal(
            [
                "With classification = internal, environment = sandbox, no `break glass` fits: nobody may take it.",
                "With classification = public, environment = production, line 3 lets it be taken.",
                "No request can be like that: what it says contradicts itself.",
            ],
            wrong.Cases.Select(c => c.Why!));
    }

    [Fact]
    public void Rules_that_no_case_tries_are_told_to_the_author()
    {
        var report = Report("rule \"A\" when same_team then owner\notherwise then platform\ntest \"x\": same_team expects owner");
        Assert.True(report.MayTakeEffect);
        Assert.Equal("No case tries `otherwise`. Add a `test` that says what it is for.", Assert.Single(report.Hints).Message);
    }

    [Fact]
    public void Hundreds_of_rules_are_told_apart_and_what_is_too_much_is_said()
    {
        var many = string.Join('\n', Enumerable.Range(0, 199).Select(i => $"rule \"{i}\" when tag = t{i} and api = a{i} and days > {i} then owner"));
        Assert.True(Report(many + End).MayTakeEffect);

        var parity = string.Join('\n', Enumerable.Range(0, 30).Select(i => $"rule \"{i}\" when (tag = a{i} or tag = b{i}) and (tag = c{i} or endpoints = {i + 100}) and deprecated then owner"));
        var hard = Report(parity + $"\nrule \"last\" when {string.Join(" or ", Enumerable.Range(0, 30).Select(i => $"(tag = a{i} and not tag = b{i})"))} then owner{End}");
        Assert.Empty(hard.Faults);
    }

    [Fact]
    public void A_text_made_to_be_hard_ends_soon_with_its_answer()
    {
        // Two to the power of forty ways that reach no rule.
        var both = string.Join(" and ", Enumerable.Range(0, 40).Select(i => $"(tag = t{i} or not tag = t{i})"));
        Assert.Equal("It leaves too much open to be tried. Say more about the request.", Assert.Single(Report($"otherwise then owner\ntest \"x\": {both} and tag = z and not tag = z expects owner").Cases).Why);

        // As deep as the text is long, with a copy of all that is known at each step.
        var tags = string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"t{i}"));
        Assert.Contains(Report($"rule \"A\" when tag in ({tags}) then platform{End}").Hints, h => h.Message.StartsWith("The policy tells too many cases apart", StringComparison.Ordinal));
    }

    private static PolicyReport Report(string text)
    {
        var (policy, faults) = PolicyParser.Parse(text, Environments);
        Assert.Empty(faults);
        return PolicyReport.Of(policy!, Environments);
    }
}
