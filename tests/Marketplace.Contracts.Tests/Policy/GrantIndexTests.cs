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
    public void A_bitmap_reads_what_it_wrote()
    {
        int[] indexes = [0, 1, 7, 8, 300, 65_535];

        Assert.True(OperationBitmap.TryParse(Bits(indexes), out var bitmap));
        Assert.Equal(indexes, Enumerable.Range(-1, 70_000).Where(bitmap.Contains));
        Assert.Equal("gA", Bits(0));
        Assert.Equal("", OperationBitmap.Empty.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("!!")]
    [InlineData("gA==")]
    [InlineData("gB")]
    [InlineData("gAA")]
    [InlineData("g A")]
    public void What_is_not_a_bitmap_is_refused(string? text) => Assert.False(OperationBitmap.TryParse(text, out _));

    [Fact]
    public void A_bitmap_has_a_bound() => Assert.False(OperationBitmap.TryParse(new string('_', 20_000), out _));
}
