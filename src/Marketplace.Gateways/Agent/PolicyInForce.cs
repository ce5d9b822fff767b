using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Agent;

/// <summary>
/// The policy that a gateway holds, and when the control plane last said that it is the newest. Age is counted by the
/// monotonic clock; only across a restart the wall clock must do.
/// </summary>
internal sealed class PolicyInForce(TimeSpan longest, TimeProvider time)
{
    private volatile Held? held;

    public PolicySnapshot? Policy => held?.Policy;

    /// <summary>Names the policy in the next question; null: it is from the disk.</summary>
    public string? Tag => held?.Tag;

    public TimeSpan Age => held is { } now ? now.AgeThen + time.GetElapsedTime(now.Since) : TimeSpan.MaxValue;

    /// <summary>Whether it is too old to speak about grants, so that the token alone decides.</summary>
    public bool IsTooOld => Age > longest;

    /// <summary>What decisions stand on: <c>marketplace</c>, <c>disk</c>, <c>token</c> alone, or <c>none</c>.</summary>
    public string Source => held is not { } now ? "none" : IsTooOld ? "token" : now.IsFromDisk ? "disk" : "marketplace";

    /// <param name="policy">A newer one.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="silence">How long ago the control plane itself last heard of changes.</param>
    public void Replace(PolicySnapshot policy, string? tag, TimeSpan silence) => held = new Held(policy, tag, silence, time.GetTimestamp(), IsFromDisk: false);

    /// <summary>The control plane has nothing newer.</summary>
    public void Confirm(TimeSpan silence) => Replace(Policy!, Tag, silence);

    /// <summary>The copy on disk. A time that lies ahead, as after a clock was set back, counts as now.</summary>
    public void Restore(PolicySnapshot policy, DateTimeOffset confirmedAt)
    {
        var age = time.GetUtcNow() - confirmedAt;
        held = new Held(policy, null, age < TimeSpan.Zero ? TimeSpan.Zero : age, time.GetTimestamp(), IsFromDisk: true);
    }

    private sealed record Held(PolicySnapshot Policy, string? Tag, TimeSpan AgeThen, long Since, bool IsFromDisk);
}
