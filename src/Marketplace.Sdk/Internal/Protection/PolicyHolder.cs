using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// The policy in force and when the control plane last said that it is the newest. Age is counted by the monotonic
/// clock, so that a clock that jumps makes no policy old or young; only across a restart the wall clock must do.
/// </summary>
internal sealed class PolicyHolder(IOptions<MarketplaceOptions> options, TimeProvider time)
{
    private State? state;

    /// <summary>Null before the first snapshot.</summary>
    public EnforcedPolicy? Current => Volatile.Read(ref state)?.Policy;

    /// <summary>How long ago the control plane was last heard.</summary>
    public TimeSpan Age => Volatile.Read(ref state) is { } held ? held.AgeThen + time.GetElapsedTime(held.Since) : TimeSpan.MaxValue;

    /// <summary>Whether the policy is too old to speak about grants, so that the token alone decides.</summary>
    public bool IsTooOld => Age > options.Value.MaxPolicyAge;

    /// <summary>Whether the policy is this service's own copy, and the control plane was not heard since it started.</summary>
    public bool IsFromDisk => Volatile.Read(ref state) is { IsFromDisk: true };

    /// <summary>What decisions stand on: <c>marketplace</c>, <c>disk</c>, or <c>token</c> alone, or <c>none</c> before the first policy.</summary>
    public string Source => Current is null ? "none" : IsTooOld ? "token" : IsFromDisk ? "disk" : "marketplace";

    /// <param name="policy">A newer one.</param>
    /// <param name="silence">How long ago the control plane itself last heard of changes.</param>
    public void Replace(EnforcedPolicy policy, TimeSpan silence = default) => Volatile.Write(ref state, new State(policy, silence, time.GetTimestamp(), IsFromDisk: false));

    /// <summary>The copy on disk. A time that lies ahead, as after a clock was set back, counts as now: the policy is enforced rather than not.</summary>
    public void Restore(EnforcedPolicy policy, DateTimeOffset confirmedAt)
    {
        var age = time.GetUtcNow() - confirmedAt;
        Volatile.Write(ref state, new State(policy, age < TimeSpan.Zero ? TimeSpan.Zero : age, time.GetTimestamp(), IsFromDisk: true));
    }

    /// <summary>The control plane has nothing newer.</summary>
    public void Confirm(TimeSpan silence = default) => Replace(Current!, silence);

    private sealed record State(EnforcedPolicy Policy, TimeSpan AgeThen, long Since, bool IsFromDisk);
}
