using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Core.Tests.Access.Explain;

/// <summary>The table that every data plane is held to, asked of the explanation: it must give the same answer to the same call.</summary>
public sealed class EnforcementTableTests(ExplainWorld world) : IClassFixture<ExplainWorld>
{
    /// <summary>What a question does not say: other headers, that no token came or two did, how fast it called.</summary>
    private static bool CanBeAsked(EnforcementCase one) =>
        one.Headers.Count == 0 && one.Token is not (TokenKind.None or TokenKind.TwoHeaders or TokenKind.SlowPlan);

    [Fact]
    public async Task The_explanation_gives_every_case_the_reason_that_data_planes_give()
    {
        var asked = EnforcementCases.All.Where(CanBeAsked).ToList();
        var wrong = new List<string>();
        foreach (var one in asked)
        {
            var header = Assert.Single(world.Issuer.AuthorizationLines(one.Token));
            var answer = await world.AskAsync(ExplainWorld.Question(one.Method, one.Target) with { Application = null, Token = header });
            if ((answer.Reason, answer.Allowed ? answer.Endpoint?.Key : null) != (one.Reason, one.Operation))
                wrong.Add($"{one.Name}: {one.Reason ?? one.Operation}, explained as {answer.Reason ?? answer.Endpoint?.Key}");
            if (answer.Sentence.Length == 0 || (!answer.Allowed && answer.Advice.Count == 0))
                wrong.Add($"{one.Name}: nothing is said of it.");
        }

        Assert.Empty(wrong);
        // The rest is named, so that a new kind of case is not passed over unnoticed.
        Assert.Equal(10, EnforcementCases.All.Count - asked.Count);
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_that_to_one_which_carries_what_was_granted()
    {
        var wrong = new List<string>();
        foreach (var one in EnforcementCases.All.Where(c => CanBeAsked(c) && c.Token == TokenKind.Granted))
        {
            var answer = await world.AskAsync(ExplainWorld.Question(one.Method, one.Target));
            if ((answer.Reason, answer.Allowed ? answer.Endpoint?.Key : null) != (one.Reason, one.Operation))
                wrong.Add($"{one.Name}: {one.Reason ?? one.Operation}, explained as {answer.Reason ?? answer.Endpoint?.Key}");
        }

        Assert.Empty(wrong);
        Assert.Equal(ReasonCode.GrantEnded, (await world.AskAsync(ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = EnforcementPolicy.PastClient })).Reason);
        Assert.Equal(ReasonCode.QuotaExceeded, (await world.AskAsync(ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = EnforcementPolicy.SpentClient })).Reason);
    }
}
