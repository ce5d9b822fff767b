using System.Diagnostics;

namespace Marketplace.Bench;

/// <summary>When each puller got what.</summary>
internal sealed class Arrivals(IReadOnlyList<Puller> pullers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Dictionary<Puller, long> times = [];
    private readonly Lock gate = new();
    private long began = Stopwatch.GetTimestamp();

    public void Begin()
    {
        lock (gate)
            times.Clear();
        began = Stopwatch.GetTimestamp();
    }

    public void Take(Puller puller)
    {
        var now = Stopwatch.GetTimestamp();
        lock (gate)
            times[puller] = now;
    }

    /// <summary>Seconds until each held this revision, in order.</summary>
    public async Task<double[]> AllHoldAsync(long revision)
    {
        while (pullers.Count(puller => puller.Revision >= revision) is var there && there < pullers.Count)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"Only {there} of {pullers.Count} hold revision {revision}.");
            await Task.Delay(50);
        }

        lock (gate)
            return [.. pullers.Select(puller => Stopwatch.GetElapsedTime(began, times[puller]).TotalSeconds).Order()];
    }
}
