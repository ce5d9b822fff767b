using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Limits;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>What a client may spend, to the call: with a clock that stands, in many threads, over policies that follow each other.</summary>
public sealed class MeterTests
{
    private static readonly PolicyPlan Ten = new(1, "ten", 1, Rate: 10, Per: 1, Burst: 20);
    private readonly ManualTimeProvider time = new();

    [Fact]
    public void The_burst_at_once_then_the_rate_and_what_is_refused_is_not_spent()
    {
        var meter = Meter(Ten);
        Assert.Equal(20, SpendAll(meter));
        Assert.Equal((ReasonCode.RateExceeded, 1), (Spend(meter).Reason, Spend(meter).Seconds));

        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal((null, 0), (Spend(meter).Reason, 0));
        Assert.Equal(ReasonCode.RateExceeded, Spend(meter).Reason);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, SpendAll(meter));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(20, SpendAll(meter));
    }

    [Fact]
    public void A_rate_by_the_minute_says_how_long_to_wait()
    {
        var meter = Meter(new PolicyPlan(1, "slow", 1, Rate: 2, Per: 60, Burst: 1));
        Assert.Null(Spend(meter).Reason);
        Assert.Equal(30, Spend(meter).Seconds);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, Spend(meter).Seconds);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Spend(meter).Reason);
    }

    [Fact]
    public void A_quota_ends_with_its_month_and_a_call_that_it_refuses_costs_no_rate()
    {
        var meter = Meter(Ten with { Quota = 5, Window = PlanWindow.Month });
        Assert.Equal(5, SpendAll(meter));
        var refused = Spend(meter);
        Assert.Equal((ReasonCode.QuotaExceeded, (long)(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) - time.GetUtcNow()).TotalSeconds), (refused.Reason, refused.Seconds));
        Assert.Equal("\"quota\";r=0;t=" + refused.Seconds, meter.TextOf(refused));

        time.Advance(TimeSpan.FromSeconds(refused.Seconds - 1));
        Assert.Equal(ReasonCode.QuotaExceeded, Spend(meter).Reason);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, SpendAll(meter));
    }

    [Fact]
    public void What_all_data_planes_spent_together_ends_it_too()
    {
        var meter = Meter(Ten with { Quota = 1000, Window = PlanWindow.Day });
        meter.SpentUntil = time.GetUtcNow().AddHours(2).ToUnixTimeSeconds();
        Assert.Equal(ReasonCode.QuotaExceeded, Spend(meter).Reason);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(Spend(meter).Reason);
    }

    [Fact]
    public async Task Many_threads_spend_as_much_as_one()
    {
        var meter = Meter(new PolicyPlan(1, "many", 1, Rate: 1, Per: 60, Burst: 5000, Quota: 4000, Window: PlanWindow.Day));
        var spent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SpendAll(meter, tries: 2000))));
        Assert.Equal(4000, spent.Sum());
    }

    [Fact]
    public void Instances_that_are_known_share_the_rate()
    {
        var meter = Meter(Ten);
        Assert.Equal(5, SpendAll(meter, instances: 4));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(5, SpendAll(meter, instances: 4));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, SpendAll(meter, instances: 4));
    }

    [Fact]
    public void Spending_and_telling_an_even_caller_take_no_memory()
    {
        var meter = Meter(Ten);
        _ = meter.TextOf(Spend(meter));
        time.Advance(TimeSpan.FromMinutes(1));
        var text = meter.TextOf(Spend(meter));
        time.Advance(TimeSpan.FromMinutes(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var spending = meter.Spend(time.GetTimestamp(), time.GetUtcNow(), 1);
        var same = meter.TextOf(spending);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(text, same);
    }

    [Fact]
    public void A_new_policy_gives_nobody_back_what_was_spent()
    {
        var meters = new Meters(time);
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", time.GetUtcNow());
        var first = MeterOf(policy, EnforcementPolicy.SlowClient);
        Assert.Null(meters.Spend(first).Reason);

        Assert.Same(first, MeterOf(policy with { Revision = 8, Grants = [.. policy.Grants.Reverse()] }, EnforcementPolicy.SlowClient));
        Assert.Equal(ReasonCode.RateExceeded, meters.Spend(first).Reason);
        Assert.Equal(ReasonCode.QuotaExceeded, meters.Spend(MeterOf(policy, EnforcementPolicy.SpentClient)).Reason);
        Assert.Null(meters.Spend(MeterOf(policy with { Spent = null }, EnforcementPolicy.SpentClient)).Reason);

        Meter MeterOf(PolicySnapshot snapshot, string client)
        {
            var grants = new GrantIndex(snapshot.Grants, snapshot.Plans);
            var bound = meters.Of(grants, snapshot.Spent);
            Assert.True(grants.Covers(client, 0, time.GetUtcNow().ToUnixTimeSeconds(), out var limited));
            return bound[limited];
        }
    }

    private Meter Meter(PolicyPlan plan) => new(new Limits(plan, time.TimestampFrequency));

    private Spending Spend(Meter meter) => meter.Spend(time.GetTimestamp(), time.GetUtcNow(), 1);

    private int SpendAll(Meter meter, int tries = 100, int instances = 1) =>
        Enumerable.Range(0, tries).Count(_ => meter.Spend(time.GetTimestamp(), time.GetUtcNow(), instances).Reason is null);
}
