using Marketplace.Contracts.Discovery;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>
/// Chooses an instance for each call and learns from how it ended. A call reads one immutable view and counts on
/// interlocked counters; there is no lock.
/// </summary>
internal sealed class Balancer
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(2);
    private readonly BalancingOptions options;
    private readonly TimeProvider clock;
    private View view;
    private ulong turn;
    private long looked;
    private double slowFrom = double.MaxValue;

    public Balancer(BalancingOptions options, TimeProvider clock, ulong firstTurn = 0)
    {
        (this.options, this.clock, turn) = (options, clock, firstTurn);
        looked = clock.GetTimestamp();
        view = new View([], options.Zone, looked);
    }

    /// <summary>An instance went out: which, and why.</summary>
    public Action<ServiceInstance, string>? Ejected { get; init; }

    public IReadOnlyList<Endpoint> Endpoints => Volatile.Read(ref view).All;

    /// <summary>The instances as they now are; what is known of those that stay is kept.</summary>
    public void Update(IReadOnlyList<ServiceInstance> instances)
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            var before = Volatile.Read(ref view);
            var known = before.All.ToDictionary(e => (e.Instance.Id, e.Instance.Url), e => e.Standing);
            // Those of the first list have been there for long; who comes later begins slowly.
            var (usual, admitted) = before.All.Count == 0
                ? (0, now - (long)(options.SlowStart.TotalSeconds * clock.TimestampFrequency)) : (Usual(before.Ready, now), now);
            var all = instances.DistinctBy(i => (i.Id, i.Url))
                .Select(i => new Endpoint(i, known.GetValueOrDefault((i.Id, i.Url)) ?? new Standing(admitted, usual, clock))).ToList();
            if (Interlocked.CompareExchange(ref view, new View(all, options.Zone, now), before) == before)
                return;
        }
    }

    /// <summary>Null when no instance is known.</summary>
    public Endpoint? Pick(IReadOnlyList<Endpoint> avoid)
    {
        var now = clock.GetTimestamp();
        var current = Volatile.Read(ref view);
        if (now >= current.ReturnAt)
            current = Return(current, now);
        var chosen = current.Pick(Interlocked.Increment(ref turn), avoid, options.SlowStart, now);
        chosen?.Standing.Begin();
        return chosen;
    }

    public void End(Endpoint endpoint, TimeSpan took, CallEnd end)
    {
        var now = clock.GetTimestamp();
        var standing = endpoint.Standing;
        standing.End(took, end, end != CallEnd.Lost && took.TotalSeconds > Volatile.Read(ref slowFrom), now);
        if (standing.Failures >= options.FailuresToEject)
            Eject(endpoint, now, "failures in a row");
        else if (standing.Slow >= options.SlowToEject)
            Eject(endpoint, now, "much slower than the others");
        var last = Interlocked.Read(ref looked);
        if (clock.GetElapsedTime(last, now) >= Look && Interlocked.CompareExchange(ref looked, now, last) == last)
            LookAround(now);
    }

    // Once a second, by whichever call ends then: what is slow is said by the others.
    private void LookAround(long now)
    {
        var current = Volatile.Read(ref view);
        foreach (var endpoint in current.All)
            endpoint.Standing.Forgive(Forgiven, now);
        var usual = current.Ready.Count < 3 ? 0 : Usual(current.Ready, now);
        Volatile.Write(ref slowFrom, usual == 0 ? double.MaxValue : Math.Max(options.SlowAtLeast.TotalSeconds, options.SlowerToEject * usual));
    }

    private void Eject(Endpoint endpoint, long now, string why)
    {
        var ready = Volatile.Read(ref view).Ready;
        var standing = endpoint.Standing;
        // Half of them stay in whatever they do: when all are bad it is not the instances.
        if (standing.EjectedUntil != 0 || !ready.Any(e => e.Standing == standing) || 2 * (ready.Count(e => e.Standing.EjectedUntil != 0) + 1) > ready.Count)
            return;
        standing.Eject(options.FirstEjection, options.LongestEjection, now);
        Rebuild(now);
        Ejected?.Invoke(endpoint.Instance, why);
    }

    private View Rebuild(long now)
    {
        while (true)
        {
            var before = Volatile.Read(ref view);
            var after = new View(before.All, options.Zone, now);
            if (Interlocked.CompareExchange(ref view, after, before) == before)
                return after;
        }
    }

    private View Return(View before, long now)
    {
        var usual = Usual(before.Ready, now);
        foreach (var standing in before.All.Select(e => e.Standing).Where(s => s.EjectedUntil is > 0 and var until && until <= now))
            standing.Admit(usual, now);
        return Rebuild(now);
    }

    private static double Usual(IReadOnlyList<Endpoint> endpoints, long now)
    {
        var known = endpoints.Select(e => e.Standing).Where(s => s.EjectedUntil == 0).Select(s => s.LatencyAt(now)).Where(latency => latency > 0).Order().ToList();
        return known.Count == 0 ? 0 : known[(known.Count - 1) / 2];
    }
}
