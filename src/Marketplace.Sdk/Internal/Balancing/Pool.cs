namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>Instances that stand beside one another, drawn by weight. Immutable.</summary>
internal sealed class Pool
{
    // Within this the two are as good as each other, and weights decide alone.
    private const double AsGood = 1.5;
    private readonly Endpoint[] members;
    private readonly int[] upTo;
    private readonly double averageWeight;

    public Pool(IEnumerable<Endpoint> endpoints)
    {
        members = [.. endpoints];
        upTo = new int[members.Length];
        for (var i = 0; i < members.Length; i++)
            upTo[i] = (i == 0 ? 0 : upTo[i - 1]) + Math.Max(1, members[i].Instance.Weight);
        averageWeight = members.Length == 0 ? 0 : (double)Weight / members.Length;
    }

    public bool IsEmpty => members.Length == 0;

    public int Weight => members.Length == 0 ? 0 : upTo[^1];

    /// <summary>
    /// The power of two choices: one drawn by weight, and another; the second if the first is worse than it by more than a
    /// little. Those avoided only where there is nobody else.
    /// </summary>
    public Endpoint Pick(ref Draw draw, IReadOnlyList<Endpoint> avoid, TimeSpan slowStart, long now)
    {
        if (members.Length == 1)
            return members[0];
        var first = Admitted(ref draw, slowStart, now);
        var other = (first + 1 + draw.Below(members.Length - 1)) % members.Length;
        // A newcomer is not the way out of a hurry either.
        if (draw.Unit() >= members[other].Standing.Admission(now, slowStart))
            other = (other + 1) % members.Length;
        var chosen = other != first && IsWorse(members[first], members[other], AsGood, now) ? other : first;
        for (var i = 0; avoid.Count > 0 && i < members.Length && avoid.Contains(members[chosen]); i++)
            chosen = (chosen + 1) % members.Length;
        return members[chosen];
    }

    /// <summary>Whether the cost of a call to the first, latency times calls under way, is so many times that of the second.</summary>
    public bool IsWorse(Endpoint first, Endpoint second, double times, long now)
    {
        var (a, b) = (first.Standing.LatencyAt(now), second.Standing.LatencyAt(now));
        // Of whom nothing is known, the best guess is the other.
        (a, b) = (a == 0 ? (b == 0 ? 1 : b) : a, b == 0 ? (a == 0 ? 1 : a) : b);
        return a * (1 + Load(first)) > times * b * (1 + Load(second));
    }

    private double Load(Endpoint endpoint) => endpoint.Standing.UnderWay * averageWeight / Math.Max(1, endpoint.Instance.Weight);

    // Who just came is passed over as often as is still to go.
    private int Admitted(ref Draw draw, TimeSpan slowStart, long now)
    {
        var index = 0;
        for (var i = 0; i < 4; i++)
        {
            index = Array.BinarySearch(upTo, draw.Below(Weight) + 1);
            index = index < 0 ? ~index : index;
            if (draw.Unit() < members[index].Standing.Admission(now, slowStart))
                break;
        }

        return index;
    }
}

/// <summary>Numbers that look drawn; nothing here needs to be secret, and each call gets its own (SplitMix64).</summary>
internal struct Draw(ulong seed)
{
    private ulong state = seed * 0x9E3779B97F4A7C15;

    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
