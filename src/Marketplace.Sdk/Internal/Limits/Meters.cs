using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Limits;

/// <summary>The meters of the policy in force. They outlive policies: a new one, however often it comes, gives nobody back what was spent.</summary>
internal sealed class Meters(TimeProvider time)
{
    private readonly Lock gate = new();
    private Dictionary<(string Client, int Plan), Meter> known = [];
    private volatile int instances = 1;

    /// <summary>How many instances share what a plan's rate gives; 1 where that is not known.</summary>
    public int Instances
    {
        get => instances;
        set => instances = Math.Max(1, value);
    }

    /// <summary>Whether the policy in force limits anybody.</summary>
    public bool AreNeeded => known.Count > 0;

    /// <summary>One for each of <see cref="GrantIndex.Limited"/>, in its order. Of those no longer there, nothing is kept.</summary>
    public Meter[] Of(GrantIndex grants, IReadOnlyList<SpentQuota>? spent)
    {
        lock (gate)
        {
            var ends = (spent ?? []).ToDictionary(one => (one.ClientId, one.Plan), one => one.Until);
            var limits = new Dictionary<int, Limits>();
            var bound = new Dictionary<(string, int), Meter>(grants.Limited.Count);
            var meters = new Meter[grants.Limited.Count];
            for (var i = 0; i < meters.Length; i++)
            {
                var (client, plan) = grants.Limited[i];
                if (!limits.TryGetValue(plan.Number, out var shared))
                    limits[plan.Number] = shared = new Limits(plan, time.TimestampFrequency);
                meters[i] = known.TryGetValue((client, plan.Number), out var held) && held.Limits.Plan == plan ? held : new Meter(shared);
                meters[i].SpentUntil = ends.GetValueOrDefault((client, plan.Number));
                bound[(client, plan.Number)] = meters[i];
            }

            known = bound;
            return meters;
        }
    }

    public Spending Spend(Meter meter) => meter.Spend(time.GetTimestamp(), time.GetUtcNow(), instances);
}
