using Marketplace.Core.Access.Approval.Language;

namespace Marketplace.Core.Tests.Access.Approval;

/// <summary>What can be written, what cannot, and what is said about it.</summary>
public sealed class PolicyLanguageTests
{
    private static readonly string[] Environments = ["sandbox", "production"];

    [Theory]
    [InlineData("rule \"A\" when environment = sandbx then automatic", 1, 29, "`sandbx` is not an environment. Did you mean `sandbox`?")]
    [InlineData("rule \"A\" when clasification = public then automatic", 1, 15, "`clasification` is not a fact. Did you mean `classification`?")]
    [InlineData("rule \"A\" when method = GTE then automatic", 1, 24, "`GTE` is not a method. Did you mean `GET`?")]
    [InlineData("rule \"A\" when method = get then automatic", 1, 24, "`get` is not a method. Did you mean `GET`?")]
    [InlineData("rule \"A\" when classification = secret then owner", 1, 32, "`secret` is not a classification. Choose public, internal, confidential, restricted.")]
    [InlineData("rule \"A\" when same_team then ower", 1, 30, "`ower` is not `automatic` or an approver. Did you mean `owner`?")]
    [InlineData("rule \"A\" when endpoints > many then owner", 1, 27, "What `endpoints` is compared with is a whole number from 0 to 1,000,000, not `many`.")]
    [InlineData("rule \"A\" when endpoints = 5x then owner", 1, 27, "What `endpoints` is compared with is a whole number from 0 to 1,000,000, not `5x`.")]
    [InlineData("rule \"A\" when api then owner", 1, 19, "`then` cannot follow `api`. Compare it: `=`, `!=` or `in (…, …)`.")]
    [InlineData("rule \"A\" when deprecated = true then owner", 1, 26, "`deprecated` is true or not, and compared with nothing. Write it alone, or `not deprecated`.")]
    [InlineData("rule \"A\" when same_team or deprecated and api = a then owner", 1, 39, "`and` and `or` stand beside each other. Put parentheses around what belongs together: `a and (b or c)`.")]
    [InlineData("rule \"A\" when same_team then automatic escalate after 3 days", 1, 40, "What is automatic waits for nobody. Take the escalation out.")]
    [InlineData("rule \"A\" when same_team then owner escalate after 0 days", 1, 51, "The number of days is a whole number from 1 to 365, not `0`.")]
    [InlineData("rule \"A\" when same_team then owner, owner", 1, 37, "`owner` stands here twice. Nobody approves the same endpoint twice: name each role once.")]
    [InlineData("rule A when same_team then owner", 1, 6, "A rule's name stands between double quotes, not `A`.")]
    [InlineData("rule \"A when same_team then owner", 1, 6, "This text does not end on its line. Close it with \".")]
    [InlineData("rule “A” when same_team then owner", 1, 6, "The character “ has no meaning here. Put texts between straight double quotes: \"like this\".")]
    [InlineData("rule \"A\" when same_team && deprecated then owner", 1, 25, "The character & has no meaning here. Write `and`, `or` and `not` as words.")]
    [InlineData("otherwise then owner\notherwise then platform", 2, 1, "`otherwise` stands here a second time. Keep one, after all rules.")]
    [InlineData("otherwise then owner\nrule \"A\" when same_team then owner", 2, 1, "A rule after `otherwise` can never decide. Move it above.")]
    [InlineData("rule \"A\" when same_team then owner\nrule \"A\" when deprecated then owner", 2, 6, "There is a rule \"A\" already. Names tell people which rule decided: choose another.")]
    [InlineData("rule \"A\" when same_team then owner otherwise then owner", 1, 36, "`otherwise` cannot stand here. The statement has ended; begin the next on a line of its own.")]
    [InlineData("break glass for secret up to 4 hours", 1, 17, "`secret` is not a classification. Choose public, internal, confidential, restricted.")]
    [InlineData("break glass for internal in prod up to 4 hours", 1, 29, "`prod` is not an environment. Choose sandbox, production.")]
    [InlineData("break glass for internal up to 25 hours", 1, 32, "The number of hours is a whole number from 1 to 24, not `25`.")]
    [InlineData("break glass for internal up to 4 days", 1, 34, "`hours` is missing before `days`. Write `up to 4 hours`.")]
    [InlineData("break glass for internal, internal up to 4 hours", 1, 27, "`internal` stands here twice. Name it once.")]
    [InlineData("break glass for internal up to 4 hours\nbreak glass for public, internal in sandbox up to 1 hour", 2, 1, "Line 1 says already who breaks the glass for internal data in sandbox. Say it once.")]
    [InlineData("allow everything", 1, 1, "A statement begins with `rule`, `otherwise`, `break glass` or `test`, not with `allow`.")]
    [InlineData("test \"x\" environment = sandbox expects owner", 1, 10, "`:` is missing before `environment`. Write `test \"…\": fact = value, … expects …`.")]
    [InlineData("test \"x\": environment = sandbox", 1, 32, "`expects` is missing before the end of the policy. Write `expects` and who must approve.")]
    [InlineData("test \"x\": environment = sandbox expects at least automatic", 1, 50, "Everything is at least automatic: this case cannot fail. Take `at least` out.")]
    public void What_cannot_be_read_is_told_with_its_place_and_what_to_write(string text, int line, int column, string message) =>
        Assert.Contains(new PolicyFault(line, column, message), PolicyParser.Parse(text, Environments).Faults);

    [Fact]
    public void Every_statement_is_read_although_the_one_before_cannot_be()
    {
        var faults = PolicyParser.Parse("rule \"A\" when x = y then owner\nrule \"B\" when method = GET then nobody\notherwise then", Environments).Faults;
        Assert.Equal([1, 2, 3], faults.Select(f => f.Line));
    }

    [Fact]
    public void Parentheses_do_not_grow_without_end() =>
        Assert.Contains(PolicyParser.Parse($"rule \"A\" when {new string('(', 50_000)}", Environments).Faults, f => f.Message.StartsWith("Parentheses stand inside each other", StringComparison.Ordinal));

    [Fact]
    public void A_rule_says_what_it_read_however_it_was_written()
    {
        var policy = Read("rule \"A\" when not (method in (GET,HEAD) or  # comment\n tag = \"Card data\")\n then platform,owner escalate after 1 day to platform\n");
        var rule = Assert.Single(policy.Rules);
        Assert.Equal("not (method in (GET, HEAD) or tag = \"Card data\")", rule.When);
        Assert.Equal((new Approvers([ApproverRole.Owner, ApproverRole.Platform]), new Escalation(1, ApproverRole.Platform)), (rule.Then, rule.Escalation));
        Assert.Equal("Rule “A” of approval policy 7 fits (not (method in (GET, HEAD) or tag = \"Card data\")): an owner of the API and a platform administrator approve.", rule.Because(7));
    }

    [Theory]
    [InlineData("classification = confidential", true)]
    [InlineData("classification != confidential", false)]
    [InlineData("method in (PUT, POST)", true)]
    [InlineData("not method in (PUT, POST)", false)]
    [InlineData("environment = sandbox", false)]
    [InlineData("api = payments and api_team = \"payments\" and application_team = mobile", true)]
    [InlineData("tag = PII", true)]
    [InlineData("tag in (x, \"card DATA\")", true)]
    [InlineData("tag != pii", false)]
    [InlineData("endpoints > 50", true)]
    [InlineData("endpoints >= 52", false)]
    [InlineData("endpoints_of_api = 3 and endpoints_of_api <= 3 and endpoints_of_api < 4", true)]
    [InlineData("days > 90", false)]
    [InlineData("same_team", false)]
    [InlineData("deprecated", true)]
    [InlineData("same_team or (deprecated and not days != 90)", true)]
    public void A_condition_holds_by_the_facts_of_the_endpoint(string condition, bool holds)
    {
        var facts = new ItemFacts("confidential", "POST", "production", "payments", "payments", "mobile", ["pii", "Card data"], 51, 3, 90, true);
        Assert.Equal(holds, Read($"rule \"A\" when {condition} then owner").Decide(facts) is not null);
    }

    [Fact]
    public void The_first_rule_that_fits_decides_and_without_one_nobody_does()
    {
        var policy = Read("rule \"A\" when method = POST then platform\nrule \"B\" when method in (POST, GET) then owner\n");
        var facts = new ItemFacts("public", "POST", "production", "a", "t", "t", [], 1, 1, 1, false);
        Assert.Equal("A", policy.Decide(facts)!.Name);
        Assert.Equal("B", policy.Decide(facts with { Method = "GET" })!.Name);
        Assert.Null(policy.Decide(facts with { Method = "PUT" }));
    }

    private static PolicyText Read(string text)
    {
        var (policy, faults) = PolicyParser.Parse(text, Environments);
        Assert.Empty(faults);
        return policy!;
    }
}
