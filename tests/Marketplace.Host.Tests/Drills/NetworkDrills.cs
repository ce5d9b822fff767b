using Marketplace.Contracts.Policy;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The network between the data planes and the marketplace is cut: without a word, with one, or it is slow.</summary>
[Collection(World.Name)]
public sealed class NetworkDrills(World world)
{
    // The control plane is asked to wait one second, and given ten more; then the next question needs a new connection.
    private static readonly TimeSpan DeadConnection = TimeSpan.FromSeconds(1 + 10 + 5);

    [Fact]
    public async Task A_connection_that_was_cut_without_a_word_is_given_up_within_its_bound_and_what_was_revoked_meanwhile_acts()
    {
        var drill = await Drill.BeginAsync(world);

        world.Network.CutSilently();
        await drill.RevokeAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        world.Network.Mend();

        await drill.ClosesAsync(within: DeadConnection);
        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(10));
        drill.NoTokenWasMissed();
        await drill.CountAsync();
    }

    [Fact]
    public async Task On_a_slow_network_a_revocation_acts_within_seconds()
    {
        var drill = await Drill.BeginAsync(world);

        world.Network.Delay = TimeSpan.FromMilliseconds(300);
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        await drill.EachSaysAsync(health => health.IsHealthy, TimeSpan.FromSeconds(15));
        world.Network.Mend();

        await drill.CountAsync();
    }

    [Fact]
    public async Task A_data_plane_that_is_killed_while_it_is_cut_off_starts_from_its_own_disk_and_lets_nothing_through_that_was_revoked()
    {
        var drill = await Drill.BeginAsync(world);
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));

        world.Network.Refuse();
        await Task.WhenAll(world.DataPlanes.Select(plane => plane.KillAsync()));
        foreach (var plane in world.DataPlanes) plane.Start();
        await drill.EachSaysAsync(health => health.IsDegraded && health.LivesOn("disk") && health.Data.ContainsKey("controlPlane"), TimeSpan.FromSeconds(30));
        foreach (var plane in world.DataPlanes) await plane.MeasuresAsync("disk", 0, 60);
        Assert.All(world.Loads, load => Assert.Equal(ReasonCode.GrantEnded, load.LastOfRevocable));
        world.Network.Mend();

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(30));
        await drill.CountAsync(dataPlanesWereKilled: true);
    }
}
