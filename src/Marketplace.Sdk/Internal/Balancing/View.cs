using Marketplace.Contracts.Discovery;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>What calls are given to until something changes: made anew when the list does, and when an instance goes out or comes back. Immutable.</summary>
internal sealed class View
{
    private readonly Deployment[] deployments;
    private readonly double[] upTo;

    public View(IReadOnlyList<Endpoint> all, string? zone, long now)
    {
        All = all;
        Ready = [.. all.Where(e => e.Instance is { State: InstanceState.Ready, Weight: > 0 })];
        deployments = [.. BestOf(all, Ready, now).GroupBy(e => e.Instance.Version, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Deployment([.. group], zone))];
        upTo = Parts(deployments);
        ReturnAt = all.Select(e => e.Standing.EjectedUntil).Where(until => until > 0).DefaultIfEmpty(long.MaxValue).Min();
    }

    public IReadOnlyList<Endpoint> All { get; }

    /// <summary>Those that say they take calls, out or in.</summary>
    public IReadOnlyList<Endpoint> Ready { get; }

    /// <summary>When the next one comes back.</summary>
    public long ReturnAt { get; }

    /// <summary>For the call of this number: parts are given out in turn, so that one in ten is one in ten and not about that.</summary>
    public Endpoint? Pick(ulong turn, IReadOnlyList<Endpoint> avoid, TimeSpan slowStart, long now)
    {
        if (deployments.Length == 0)
            return null;
        var draw = new Draw(turn);
        var index = 0;
        if (deployments.Length > 1)
        {
            // Multiples of the golden ratio fill every part evenly, and in step with nothing that a caller does.
            var place = turn * 0.6180339887498949 % 1;
            index = Math.Min(deployments.Length - 1, Array.FindIndex(upTo, part => place < part) is >= 0 and var found ? found : int.MaxValue);
        }

        var chosen = deployments[index].Pick(ref draw, avoid, slowStart, now);
        for (var i = 1; avoid.Contains(chosen) && i < deployments.Length; i++)
            chosen = deployments[(index + i) % deployments.Length].Pick(ref draw, avoid, slowStart, now);
        return chosen;
    }

    // Rather one that is out, that lapsed, or that says it is not well, than none.
    private static IReadOnlyList<Endpoint> BestOf(IReadOnlyList<Endpoint> all, IReadOnlyList<Endpoint> ready, long now)
    {
        IReadOnlyList<Endpoint>[] tiers =
        [
            [.. ready.Where(e => e.Standing.EjectedUntil <= now)], ready, Of(InstanceState.Ready), Of(InstanceState.Lapsed), Of(InstanceState.Unhealthy), Of(InstanceState.Draining),
        ];
        return Array.Find(tiers, tier => tier.Count > 0) ?? [];

        IReadOnlyList<Endpoint> Of(string state) => [.. all.Where(e => e.Instance.State == state)];
    }

    private static double[] Parts(Deployment[] deployments)
    {
        double shares = deployments.Sum(d => d.Share ?? 0), others = deployments.Where(d => d.Share is null).Sum(d => d.Weight);
        // Without others, or with more than there is, shares are to one another as they say.
        var whole = others == 0 || shares > 100 ? shares : 100;
        var parts = new double[deployments.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = deployments[i].Share ?? (others == 0 ? 0 : Math.Max(0, 100 - shares) * deployments[i].Weight / others);
            parts[i] = (i == 0 ? 0 : parts[i - 1]) + (part / whole);
        }

        return parts;
    }
}
