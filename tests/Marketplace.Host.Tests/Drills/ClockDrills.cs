using System.Diagnostics;
using Marketplace.Contracts.Policy;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The wall clock of the data planes jumps, for real to the process; its monotonic clock does not.</summary>
[Collection(World.Name)]
public sealed class ClockDrills(World world)
{
    private const int Hour = 3600;

    // The fake clock is looked at once a second.
    private static readonly TimeSpan UntilItJumps = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task A_jump_within_the_skew_refuses_nobody()
    {
        var drill = await Drill.BeginAsync(world);

        await JumpAsync(8);
        await JumpAsync(-8);
        await JumpAsync(0);

        await drill.CountAsync();
    }

    [Fact]
    public async Task A_greater_jump_is_said_makes_no_policy_old_or_young_and_is_over_when_the_clock_is_right_again()
    {
        var drill = await Drill.BeginAsync(world);
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        await drill.CountAsync();

        var wrong = Stopwatch.GetTimestamp();
        foreach (var seconds in new[] { Hour, -Hour })
        {
            await JumpAsync(seconds);
            await drill.EachSaysAsync(health => health.IsDegraded && Math.Abs(long.Parse(health.Data.GetValueOrDefault("clockAheadSeconds", "0")) - seconds) < 60, TimeSpan.FromSeconds(10));
            foreach (var plane in world.DataPlanes) await plane.MeasuresAsync("marketplace", 0, 60);
        }
        // The stated bound: who does not know the time takes no token. What is refused is refused for that and nothing else.
        string[] expected = [Load.Allowed, ReasonCode.TokenExpired, ReasonCode.TokenNotYetValid];
        Assert.All(world.Loads, load => Assert.All(load.Since(wrong).Where(answer => answer.IsGranted), answer => Assert.Contains(answer.Verdict, expected)));
        Assert.All(world.Loads, load => Assert.DoesNotContain(load.Since(wrong), answer => !answer.IsGranted && answer.Verdict == Load.Allowed));
        await JumpAsync(0);

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(15));
        // Each process looks at its fake clock in its own time.
        await Eventually.HoldsAsync(() => world.Loads.All(load => load.LastOfGranted == Load.Allowed), TimeSpan.FromSeconds(10));
        await Task.Delay(UntilItJumps);
        drill.BeginAnew();
        await drill.CountAsync();
    }

    private async Task JumpAsync(int seconds)
    {
        foreach (var plane in world.DataPlanes) plane.SetClock(seconds);
        await Task.Delay(UntilItJumps);
    }
}
