using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Limits;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A verified snapshot in the form that answers questions. Immutable; swapped whole.</summary>
internal sealed class EnforcedPolicy
{
    private readonly Meter[] meters;

    public EnforcedPolicy(PolicySnapshot snapshot, string? basePath, Meters meters)
    {
        Audience = snapshot.Audience;
        Revision = snapshot.Revision;
        Operations = new(snapshot.Operations, basePath ?? snapshot.BasePath);
        Grants = new(snapshot.Grants, snapshot.Plans);
        Suspensions = new(snapshot.Suspended);
        ShadowUntil = snapshot.ShadowUntil is { } until ? ClampedTime(until) : null;
        this.meters = meters.Of(Grants, snapshot.Spent);
    }

    public string Audience { get; }

    public long Revision { get; }

    public OperationMatcher Operations { get; }

    public GrantIndex Grants { get; }

    public SuspensionIndex Suspensions { get; }

    /// <summary>When shadow mode ends by itself; null where the line is enforced.</summary>
    public DateTimeOffset? ShadowUntil { get; }

    /// <summary>What the client has spent under the plan of the grant that covers the call; null where none limits it.</summary>
    public Meter? MeterOf(int limited) => limited == GrantIndex.Unlimited ? null : meters[limited];

    public bool IsInShadow(DateTimeOffset now) => now < ShadowUntil;

    private static DateTimeOffset ClampedTime(long seconds) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
