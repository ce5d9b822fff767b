using System.Text.Json;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class SuspensionIndexTests
{
    [Theory]
    [InlineData("shop", 3, 199, true)]
    [InlineData("shop", 3, 200, false)]
    [InlineData("shop", 9, 250, true)]
    [InlineData("shop", 4, 100, false)]
    [InlineData("SHOP", 3, 100, false)]
    public void What_is_set_aside_is_so_until_its_second(string client, int operation, long now, bool held) =>
        Assert.Equal(held, new SuspensionIndex([new("shop", Bits(0, 3), 200), new("shop", Bits(9), 300)]).Holds(client, operation, now));

    [Fact]
    public void An_entry_that_cannot_be_read_makes_the_policy_unusable() =>
        Assert.Throws<FormatException>(() => new SuspensionIndex([new("shop", "=", 1)]));

    [Fact]
    public void Readers_of_before_and_of_now_read_each_others_policies_and_refuse_alike()
    {
        var now = new PolicySnapshot
        {
            Issuer = "i", Audience = "a", Api = "payments", Version = "v1", Environment = "production", Revision = 1, IssuedAt = 1, Operations = [], Grants = [],
            Suspended = [new("shop", Bits(3), 200)],
        };
        var json = JsonSerializer.Serialize(now, PolicyJson.Default.PolicySnapshot);
        Assert.EndsWith($$""","grants":[],"suspended":[{"client":"shop","ops":"{{Bits(3)}}","until":200}]}""", json, StringComparison.Ordinal);
        // To a reader that does not know the member it is as this one: skipped, and nothing is granted.
        var before = JsonSerializer.Deserialize(json.Replace("suspended", "unheardOf", StringComparison.Ordinal), PolicyJson.Default.PolicySnapshot)!;
        Assert.Null(before.Suspended);
        Assert.False(new GrantIndex(before.Grants).Covers("shop", 3, 100));
        Assert.False(new GrantIndex(now.Grants).Covers("shop", 3, 100));
        // A policy of before has no such member.
        Assert.DoesNotContain("suspended", JsonSerializer.Serialize(now with { Suspended = null }, PolicyJson.Default.PolicySnapshot), StringComparison.Ordinal);
        Assert.False(new SuspensionIndex(before.Suspended).Holds("shop", 3, 100));
    }

    private static string Bits(params int[] indexes) => OperationBitmap.Of(indexes).ToString();
}
