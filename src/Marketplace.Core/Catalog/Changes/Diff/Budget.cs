namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Bounds what a comparison may cost: pairs of schemas can multiply although each document is within its limits.</summary>
internal sealed class Budget(long steps)
{
    /// <summary>The heaviest pair among the public documents stays far below it.</summary>
    public const long DefaultSteps = 5_000_000;

    private long _left = steps;

    public void Spend(int cost = 1)
    {
        if ((_left -= cost) < 0)
            throw new Exhausted();
    }

    /// <summary>Leaves the comparison; what was found so far stays.</summary>
    internal sealed class Exhausted : Exception;
}
