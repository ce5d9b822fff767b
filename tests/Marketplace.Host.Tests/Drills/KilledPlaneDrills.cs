using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>A plane of ours is killed: those that it feeds go on.</summary>
[Collection(World.Name)]
public sealed class KilledPlaneDrills(World world)
{
    [Fact]
    public async Task Without_the_control_plane_the_last_policy_is_enforced_and_a_revocation_made_meanwhile_acts_when_it_is_back()
    {
        var drill = await Drill.BeginAsync(world);

        await world.Control.KillAsync();
        await drill.EachSaysAsync(health => health.IsDegraded && health.LivesOn("marketplace") && health.Data.ContainsKey("controlPlane"), TimeSpan.FromSeconds(20));
        foreach (var plane in world.DataPlanes) await plane.MeasuresAsync("marketplace", 1, 60);
        await drill.RevokeAsync();
        await world.Control.StartAsync();

        await drill.ClosesAsync(within: TimeSpan.FromSeconds(30));
        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(30));
        await drill.CountAsync();
    }

    [Fact]
    public async Task Without_portal_and_token_plane_revocations_go_on_and_callers_live_on_the_tokens_they_have()
    {
        var drill = await Drill.BeginAsync(world);

        await Task.WhenAll(world.Governance.KillAsync(), world.Tokens.KillAsync());
        var failedBefore = world.Caller.Counts.Failed;
        // By another replica of the portal.
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        await drill.EachSaysAsync(health => health.IsHealthy, TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(() => world.Caller.Counts.Failed > failedBefore, TimeSpan.FromSeconds(10));
        await Task.WhenAll(world.Governance.StartAsync(), world.Tokens.StartAsync());

        var issuedBefore = world.Caller.Counts.Issued;
        await Eventually.HoldsAsync(() => world.Caller.Counts.Issued > issuedBefore + 2, TimeSpan.FromSeconds(10));
        await drill.CountAsync();
    }
}
