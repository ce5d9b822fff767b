using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A verified snapshot in the form that answers questions. Immutable; swapped whole.</summary>
internal sealed class EnforcedPolicy(PolicySnapshot snapshot, string? basePath)
{
    public string Audience { get; } = snapshot.Audience;

    public long Revision { get; } = snapshot.Revision;

    public OperationMatcher Operations { get; } = new(snapshot.Operations, basePath ?? snapshot.BasePath);

    public GrantIndex Grants { get; } = new(snapshot.Grants);

    /// <summary>When shadow mode ends by itself; null where the line is enforced.</summary>
    public DateTimeOffset? ShadowUntil { get; } = snapshot.ShadowUntil is { } until ? ClampedTime(until) : null;

    public bool IsInShadow(DateTimeOffset now) => now < ShadowUntil;

    private static DateTimeOffset ClampedTime(long seconds) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
