namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>The instances of one version, those of the caller's zone apart. Immutable.</summary>
internal sealed class Deployment
{
    // The own zone gives a call away when it is so many times as loaded as another.
    private const double Overloaded = 3;
    private readonly Pool near;
    private readonly Pool far;
    private readonly double nearPart;

    public Deployment(IReadOnlyCollection<Endpoint> endpoints, string? zone)
    {
        near = new Pool(endpoints.Where(e => zone is not null && e.Instance.Zone == zone));
        far = new Pool(endpoints.Where(e => zone is null || e.Instance.Zone != zone));
        var zones = endpoints.Select(e => e.Instance.Zone).Distinct(StringComparer.Ordinal).Count();
        // As each zone's callers are taken to make an equal part of the calls, a zone with less than its part of the
        // capacity takes as much as it has.
        nearPart = near.IsEmpty ? 0 : far.IsEmpty ? 1 : Math.Min(1, (double)near.Weight * zones / (near.Weight + far.Weight));
        Share = endpoints.Max(e => e.Instance.Share);
    }

    /// <summary>The percentage of all calls; null for a part by weight of what is left.</summary>
    public int? Share { get; }

    public int Weight => near.Weight + far.Weight;

    public Endpoint Pick(ref Draw draw, IReadOnlyList<Endpoint> avoid, TimeSpan slowStart, long now)
    {
        if (near.IsEmpty || draw.Unit() >= nearPart)
            return far.Pick(ref draw, avoid, slowStart, now);
        var chosen = near.Pick(ref draw, avoid, slowStart, now);
        if (far.IsEmpty)
            return chosen;
        var elsewhere = far.Pick(ref draw, avoid, slowStart, now);
        return near.IsWorse(chosen, elsewhere, Overloaded, now) || avoid.Contains(chosen) ? elsewhere : chosen;
    }
}
