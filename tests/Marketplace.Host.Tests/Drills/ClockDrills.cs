using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The wall clock of the data planes jumps, for real to the process; its monotonic clock does not.</summary>
[Collection(World.Name)]
public sealed class ClockDrills(World world)
{
    private const int Hour = 3600;

    // The fake clock is looked at once a second.
    private static readonly TimeSpan UntilItJumps = TimeSpan.FromSeconds(1.5);

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    public async Task A_jump_within_the_skew_refuses_nobody(int seconds)
    {
        var drill = await Drill.BeginAsync(world);

        await JumpAsync(seconds);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await JumpAsync(0);

        await drill.CountAsync();
    }

    [Theory]
    [InlineData(Hour, "token_expired")]
    [InlineData(-Hour, "token_not_yet_valid")]
    public async Task A_greater_jump_is_said_makes_no_policy_old_or_young_and_is_over_when_the_clock_is_right_again(int seconds, string reason)
    {
        var drill = await Drill.BeginAsync(world);
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(5));
        await drill.CountAsync();

        await JumpAsync(seconds);
        var wrong = System.Diagnostics.Stopwatch.GetTimestamp();
        await drill.EachSaysAsync(health => health.IsDegraded && Math.Abs(long.Parse(health.Data.GetValueOrDefault("clockAheadSeconds", "0")) - seconds) < 60, TimeSpan.FromSeconds(10));
        foreach (var plane in world.DataPlanes) await plane.MeasuresAsync("marketplace", 0, 60);
        // The stated bound: who cannot know the time takes no new token. What is refused is refused for that and nothing else.
        Assert.All(world.Loads, load => Assert.All(load.Since(wrong).Where(answer => answer.IsGranted), answer => Assert.Contains(answer.Verdict, new[] { Load.Allowed, reason })));
        Assert.All(world.Loads, load => Assert.DoesNotContain(load.Since(wrong), answer => !answer.IsGranted && answer.Verdict == Load.Allowed));
        await JumpAsync(0);

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(15));
        // Each process looks at its fake clock in its own time.
        await Eventually.HoldsAsync(() => world.Loads.All(load => load.LastOfGranted == Load.Allowed), TimeSpan.FromSeconds(10));
        drill.BeginAnew();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await drill.CountAsync();
    }

    private async Task JumpAsync(int seconds)
    {
        foreach (var plane in world.DataPlanes) plane.SetClock(seconds);
        await Task.Delay(UntilItJumps);
    }
}
