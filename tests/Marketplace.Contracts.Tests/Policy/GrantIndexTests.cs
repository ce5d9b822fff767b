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
}
