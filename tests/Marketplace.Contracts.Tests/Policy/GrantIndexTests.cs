using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class GrantIndexTests
{
    private static string Bits(params int[] indexes) => OperationBitmap.Of(indexes).ToString();

    [Theory]
    [InlineData("shop", 3, 100, true)]
    [InlineData("shop", 3, 99, false)]
    [InlineData("shop", 3, 200, false)]
    [InlineData("shop", 4, 150, false)]
    [InlineData("shop", 9, 250, true)]
    [InlineData("shop", 9, 150, false)]
    [InlineData("SHOP", 3, 150, false)]
    [InlineData("other", 3, 150, false)]
    public void A_client_may_call_what_a_period_covers(string client, int operation, long now, bool covered)
    {
        var grants = new GrantIndex([new("shop", Bits(0, 3), 100, 200), new("shop", Bits(9), 200, 300)]);

        Assert.Equal(covered, grants.Covers(client, operation, now));
    }

    [Fact]
    public void A_grant_that_cannot_be_read_makes_the_policy_unusable() =>
        Assert.Throws<FormatException>(() => new GrantIndex([new("shop", "=", 0, 1)]));

    [Fact]
    public void A_client_has_one_count_for_each_plan_that_its_grants_name()
    {
        PolicyPlan[] plans = [new(7, "free", 1, Rate: 1, Per: 60, Burst: 1), new(9, "gold", 2, Quota: 10, Window: PlanWindow.Day)];
        var grants = new GrantIndex(
            [new("shop", Bits(0), 0, 9, 9), new("shop", Bits(1), 0, 9, 7), new("shop", Bits(2), 0, 9), new("shop", Bits(3), 0, 9, 9), new("app", Bits(0), 0, 9, 9)], plans);

        Assert.Equal([("shop", 9), ("shop", 7), ("app", 9)], grants.Limited.Select(one => (one.ClientId, one.Plan.Number)));
        Assert.Equal([0, 1, GrantIndex.Unlimited, 0], Enumerable.Range(0, 4).Select(operation => grants.Covers("shop", operation, 1, out var limited) ? limited : -2));
    }

    [Fact]
    public void A_plan_that_is_missing_or_cannot_be_enforced_makes_the_policy_unusable_not_unlimited()
    {
        PolicyGrant[] grants = [new("shop", Bits(0), 0, 9, 7)];
        PolicyPlan good = new(7, "free", 1, Rate: 1, Per: 60, Burst: 1);
        Assert.Single(new GrantIndex(grants, [good]).Limited);
        Assert.Throws<FormatException>(() => new GrantIndex(grants));
        Assert.Throws<FormatException>(() => new GrantIndex(grants, [good, good]));
        foreach (var broken in new[] { good with { Rate = 0 }, good with { Per = 30 }, good with { Burst = null }, good with { Quota = 5 }, good with { Quota = 5, Window = "week" }, good with { Rate = null } })
            Assert.Throws<FormatException>(() => new GrantIndex(grants, [broken]));
    }

    [Fact]
    public void A_reader_that_knows_no_plans_reads_the_same_grants()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(new PolicyGrant("shop", "gA", 1, 2, 7), PolicyJson.Default.PolicyGrant);
        Assert.Equal("""{"client":"shop","ops":"gA","from":1,"until":2,"plan":7}""", json);
        Assert.Equal("""{"client":"shop","ops":"gA","from":1,"until":2}""", System.Text.Json.JsonSerializer.Serialize(new PolicyGrant("shop", "gA", 1, 2), PolicyJson.Default.PolicyGrant));
    }
}
