using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Limits;

/// <summary>What one client has spent here under one plan. Neither a lock nor an allocation to spend; a call that is refused spends nothing.</summary>
internal sealed class Meter(Limits limits)
{
    private const int CountBits = 41;
    private const long CountMask = (1L << CountBits) - 1;
    // The generic cell rate algorithm: when the next call would come, did they come evenly. One number is the whole bucket.
    private long due = long.MinValue;
    // The window's number above, the calls that were let through in it below.
    private long used;
    private long spentUntil;
    private Told? told;

    public Limits Limits => limits;

    /// <summary>Until this second, since 1970, all data planes together have let through what the quota gives.</summary>
    public long SpentUntil
    {
        get => Volatile.Read(ref spentUntil);
        set => Volatile.Write(ref spentUntil, value);
    }

    /// <param name="timestamp">The monotonic clock: a wall clock that jumps gives nobody a second burst.</param>
    /// <param name="now">The wall clock, whose days and months quotas are of.</param>
    /// <param name="instances">How many share the rate.</param>
    public Spending Spend(long timestamp, DateTimeOffset now, int instances)
    {
        if (IsUsedUp(now))
            return QuotaExceeded(now);
        var interval = limits.Interval * instances;
        var room = limits.Interval == 0 ? 0 : limits.BurstOf(instances) * interval;
        var next = long.MinValue;
        while (limits.Interval > 0)
        {
            var before = Volatile.Read(ref due);
            next = Math.Max(before, timestamp) + interval;
            if (next - timestamp > room)
                return new Spending(this, ReasonCode.RateExceeded, 0, Seconds(next - timestamp - room));
            if (Interlocked.CompareExchange(ref due, next, before) == before)
                break;
        }

        if (limits.Plan.Quota is not null && !TakeOfQuota(now))
        {
            if (limits.Interval > 0)
                Interlocked.Add(ref due, -interval);
            return QuotaExceeded(now);
        }

        return limits.Interval == 0 ? new Spending(this, null, -1, 0) : new Spending(this, null, (room - (next - timestamp)) / interval, Seconds(next - timestamp));
    }

    /// <summary>The RateLimit header of an answer. The text stays the same for who calls evenly, and is made once.</summary>
    public string TextOf(in Spending spending)
    {
        if (told is { } last && last.Remaining == spending.Remaining && last.Seconds == spending.Seconds && last.Reason == spending.Reason)
            return last.Text;
        var name = spending.Reason == ReasonCode.QuotaExceeded ? "quota" : "rate";
        var text = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={spending.Remaining};t={spending.Seconds}");
        told = new Told(spending.Remaining, spending.Seconds, spending.Reason, text);
        return text;
    }

    private bool IsUsedUp(DateTimeOffset now)
    {
        if (limits.Plan.Quota is not { } quota)
            return false;
        var count = Volatile.Read(ref used);
        return SpentUntil > now.ToUnixTimeSeconds() || (count >> CountBits == Window(now) && (count & CountMask) >= quota);
    }

    private bool TakeOfQuota(DateTimeOffset now)
    {
        var window = Window(now);
        while (true)
        {
            var before = Volatile.Read(ref used);
            // A clock that is set back counts on in the window that began, and begins none twice.
            var count = before >> CountBits >= window ? before & CountMask : 0;
            if (count >= limits.Plan.Quota)
                return false;
            var after = (Math.Max(window, before >> CountBits) << CountBits) | (count + 1);
            if (Interlocked.CompareExchange(ref used, after, before) == before)
                return true;
        }
    }

    private long Window(DateTimeOffset now) => limits.Plan.Window == PlanWindow.Month ? (now.Year * 12) + now.Month : now.ToUnixTimeSeconds() / 86400;

    private Spending QuotaExceeded(DateTimeOffset now)
    {
        var end = Math.Max(SpentUntil, PlanWindow.End(limits.Plan.Window!, now).ToUnixTimeSeconds());
        return new Spending(this, ReasonCode.QuotaExceeded, 0, Math.Max(1, end - now.ToUnixTimeSeconds()));
    }

    private long Seconds(long ticks) => Math.Max(1, (ticks + limits.Frequency - 1) / limits.Frequency);

    private sealed record Told(long Remaining, long Seconds, string? Reason, string Text);
}

/// <summary>What came of spending one call.</summary>
/// <param name="Meter">Null where nothing limits the grant.</param>
/// <param name="Reason">Why it was refused; null when it was spent.</param>
/// <param name="Remaining">Calls left at once; -1 where there is no rate.</param>
/// <param name="Seconds">Refused: until one may be let through. Else until all are there again.</param>
internal readonly record struct Spending(Meter? Meter, string? Reason, long Remaining, long Seconds);
