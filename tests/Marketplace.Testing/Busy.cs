using System.Runtime.InteropServices;

namespace Marketplace.Testing;

/// <summary>
/// Time on a machine that other tests keep busy. How fast something is, bench/ measures alone; a test tells what comes
/// soon from what comes late or never, and what costs little from what costs without bound.
/// </summary>
public static partial class Busy
{
    private const int Slack = 6;
    private static readonly TimeSpan MostMore = TimeSpan.FromSeconds(90);
    private const int ClockThreadCpuTime = 3;

    /// <summary>How long something may take here that takes so long on a machine of its own.</summary>
    public static TimeSpan Allow(TimeSpan alone) => alone * Slack < alone + MostMore ? alone * Slack : alone + MostMore;

    /// <summary>What synchronous work costs this thread: others on the machine make it later, not longer (clock_gettime(2)).</summary>
    public static TimeSpan CostOf(Action work)
    {
        var before = Now();
        work();
        return Now() - before;
    }

    private static TimeSpan Now()
    {
        if (clock_gettime(ClockThreadCpuTime, out var time) != 0)
            throw new InvalidOperationException("This machine has no clock per thread.");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Moment time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Moment
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
