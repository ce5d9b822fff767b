using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The policy in force and when the control plane last said that it is the newest.</summary>
internal sealed class PolicyHolder(IOptions<MarketplaceOptions> options, TimeProvider time)
{
    private EnforcedPolicy? current;
    private long confirmedAt;

    /// <summary>Null before the first snapshot.</summary>
    public EnforcedPolicy? Current => Volatile.Read(ref current);

    /// <summary>How long ago the control plane was last heard.</summary>
    public TimeSpan Age => time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref confirmedAt));

    /// <summary>Whether the policy is too old to speak about grants, so that the token alone decides.</summary>
    public bool IsTooOld => Age > options.Value.MaxPolicyAge;

    public void Replace(EnforcedPolicy policy)
    {
        Volatile.Write(ref current, policy);
        Confirm();
    }

    /// <summary>The control plane has nothing newer.</summary>
    public void Confirm() => Volatile.Write(ref confirmedAt, time.GetUtcNow().ToUnixTimeMilliseconds());
}
