using Marketplace.Contracts.Policy;

namespace Marketplace.Host.Tests.Drills;

/// <summary>What comes from the control plane is not what it signed for this line, or not the newest: it changes nothing.</summary>
[Collection(World.Name)]
public sealed class UntrustedPolicyDrills(World world)
{
    [Theory]
    [InlineData("one of before")]
    [InlineData("changed")]
    [InlineData("another line's")]
    public async Task A_policy_that_is_not_to_be_trusted_changes_nothing_and_is_said(string lie)
    {
        var drill = await Drill.BeginAsync(world);
        var before = await world.SignedAsync("payments/v1/production");
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        var told = lie switch
        {
            "one of before" => before,
            "changed" => before[..^8] + "AAAAAAAA",
            _ => await world.SignedAsync("payments/v1/sandbox"),
        };
        await using var liar = await LyingMarketplace.StartAsync(world.Edge, told);

        world.Network.Divert(liar.Port);
        await drill.EachSaysAsync(health => health.IsDegraded && health.Data.ContainsKey("controlPlane"), TimeSpan.FromSeconds(20));
        Assert.All(world.Loads, load => Assert.Equal(ReasonCode.GrantEnded, load.LastOfRevocable));
        world.Network.Mend();

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(30));
        await drill.CountAsync();
    }
}
