using Marketplace.Contracts.Discovery;
using Marketplace.Sdk.Internal.Balancing;
using Marketplace.Testing;

namespace Marketplace.Sdk.Tests.Balancing;

/// <summary>Whom calls are given to, on a clock that the test moves: nothing here is left to chance that could fail it.</summary>
public sealed class BalancerTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void A_canary_gets_one_call_in_ten_however_many_instances_stand_beside_it()
    {
        var balancer = Balancer(One("a", version: "1"), One("b", version: "1"), One("c", version: "1"), One("d", version: "2", share: 10));

        var calls = Call(balancer, 10_000);

        // Turns are given out by multiples of the golden ratio, whose discrepancy is bounded: no statistics needed.
        Assert.InRange(calls["d"], 995, 1005);
        Assert.All(new[] { "a", "b", "c" }, name => Assert.InRange(calls[name], 2700, 3300));
    }

    [Fact]
    public void Versions_without_a_share_get_what_their_instances_weigh_so_that_the_first_of_a_new_one_is_not_flooded()
    {
        var balancer = Balancer([.. Enumerable.Range(0, 9).Select(i => One($"old-{i}", version: "1")), One("new", version: "2")]);

        Assert.InRange(Call(balancer, 10_000)["new"], 995, 1005);
    }

    [Fact]
    public void Weights_decide_among_equals()
    {
        var calls = Call(Balancer(One("a", weight: 300), One("b")), 10_000);

        Assert.InRange(calls["a"], 7200, 7800);
    }

    [Fact]
    public void One_that_turns_slow_gets_hardly_a_call_and_is_tried_again_later()
    {
        var balancer = Balancer(One("a"), One("b"), One("c"));
        Call(balancer, 300);

        var calls = Call(balancer, 2_000, slow: "c");
        Assert.InRange(calls.GetValueOrDefault("c"), 1, 10);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(Call(balancer, 3_000)["c"], 300, 1100);
    }

    [Fact]
    public void Of_two_one_takes_what_the_other_has_too_much_of()
    {
        var balancer = Balancer(One("a"), One("b"));
        Call(balancer, 100);
        for (var i = 0; i < 40; i++)
            balancer.Pick([]);

        // None was answered, and neither got much more than the other.
        Assert.All(balancer.Endpoints, e => Assert.InRange(e.Standing.UnderWay, 15, 25));
    }

    [Fact]
    public void One_that_fails_is_out_for_a_while_and_longer_each_time_and_comes_back_slowly()
    {
        var balancer = Balancer(One("a"), One("b"), One("c"));
        Call(balancer, 300);
        Assert.InRange(Call(balancer, 1_000, failing: "c")["c"], 4, 20);
        Assert.True(Out(balancer, "c"));

        clock.Advance(TimeSpan.FromSeconds(6));
        var calls = Call(balancer, 100);
        Assert.InRange(calls.GetValueOrDefault("c"), 1, 15);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.InRange(Call(balancer, 300)["c"], 50, 150);

        Call(balancer, 1_000, failing: "c");
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True(Out(balancer, "c"));
    }

    [Fact]
    public void Half_of_them_stay_in_when_all_fail()
    {
        var balancer = Balancer(One("a"), One("b"), One("c"), One("d"));
        Call(balancer, 200, failing: "*");

        Assert.Equal(2, balancer.Endpoints.Count(e => Out(balancer, e.Instance.Id)));
    }

    [Fact]
    public void One_that_joins_gets_its_part_slowly()
    {
        var balancer = Balancer(One("a"), One("b"), One("c"));
        Call(balancer, 300);
        balancer.Update([One("a"), One("b"), One("c"), One("d")]);

        Assert.InRange(Call(balancer, 100)["d"], 1, 12);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(Call(balancer, 1_000)["d"], 180, 320);
    }

    [Fact]
    public void The_own_zone_is_preferred_while_it_has_room()
    {
        var balancer = Balancer("ams", One("a", zone: "ams"), One("b", zone: "ams"), One("c", zone: "fra"), One("d", zone: "fra"));
        var calls = Call(balancer, 1_000);
        Assert.InRange(calls.GetValueOrDefault("c") + calls.GetValueOrDefault("d"), 0, 5);

        // Calls that nobody answers pile up at home until abroad is better.
        for (var i = 0; i < 40; i++)
            balancer.Pick([]);
        Assert.InRange(balancer.Endpoints.Where(e => e.Instance.Zone == "fra").Sum(e => e.Standing.UnderWay), 6, 20);
    }

    [Fact]
    public void A_zone_with_less_than_its_part_of_the_capacity_keeps_as_much_as_it_has()
    {
        var balancer = Balancer("ams", One("a", zone: "ams"), One("b", zone: "fra"), One("c", zone: "fra"), One("d", zone: "fra"));

        Assert.InRange(Call(balancer, 2_000)["a"], 850, 1150);
    }

    [Fact]
    public void Who_drains_or_is_not_well_gets_no_calls_while_there_is_another_and_is_better_than_none()
    {
        var balancer = Balancer(One("a"), One("b", state: InstanceState.Draining), One("c", state: InstanceState.Unhealthy), One("d", weight: 0));
        Assert.Equal(["a"], Call(balancer, 100).Keys);

        balancer.Update([One("b", state: InstanceState.Draining), One("c", state: InstanceState.Unhealthy), One("e", state: InstanceState.Lapsed)]);
        Assert.Equal(["e"], Call(balancer, 100).Keys);
        balancer.Update([One("b", state: InstanceState.Draining), One("c", state: InstanceState.Unhealthy)]);
        Assert.Equal(["c"], Call(balancer, 100).Keys);
        balancer.Update([]);
        Assert.Null(balancer.Pick([]));
    }

    [Fact]
    public void Another_try_goes_to_another_instance()
    {
        var balancer = Balancer(One("a", version: "1"), One("b", version: "2"), One("c", version: "2"));
        for (var i = 0; i < 100; i++)
        {
            var first = balancer.Pick([])!;
            var second = balancer.Pick([first])!;
            Assert.Equal(3, new[] { first, second, balancer.Pick([first, second])! }.Distinct().Count());
        }
    }

    [Fact]
    public void Retries_are_a_fifth_of_the_calls_beyond_the_first_ten()
    {
        var budget = new RetryBudget(0.2);
        var taken = 0;
        for (var i = 0; i < 1_000; i++)
        {
            budget.Deposit();
            taken += budget.TryTake() ? 1 : 0;
        }

        Assert.Equal(210, taken);
    }

    [Fact]
    public async Task Counts_hold_while_lists_change_under_the_calls()
    {
        var balancer = Balancer(One("a"), One("b"), One("c"));
        using var ends = new CancellationTokenSource();
        var changes = Task.Run(() =>
        {
            for (var i = 0; !ends.IsCancellationRequested; i++)
                balancer.Update([One("a"), One("b", state: i % 2 == 0 ? InstanceState.Draining : InstanceState.Ready), One("c")]);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                balancer.End(balancer.Pick([])!, Quick, i % 7 == 0 ? CallEnd.Failed : CallEnd.Answered);
        })));
        await ends.CancelAsync();
        await changes;

        Assert.All(balancer.Endpoints, e => Assert.Equal(0, e.Standing.UnderWay));
    }

    private static bool Out(Balancer balancer, string name) => balancer.Endpoints.Single(e => e.Instance.Id == name).Standing.EjectedUntil != 0;

    /// <summary>One after the other, five milliseconds each; the slow one takes 300.</summary>
    private Dictionary<string, int> Call(Balancer balancer, int calls, string? slow = null, string? failing = null)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < calls; i++)
        {
            var endpoint = balancer.Pick([])!;
            var name = endpoint.Instance.Id;
            counts[name] = counts.GetValueOrDefault(name) + 1;
            clock.Advance(Quick);
            balancer.End(endpoint, name == slow ? 60 * Quick : Quick, failing == "*" || name == failing ? CallEnd.Failed : CallEnd.Answered);
        }

        return counts;
    }

    private Balancer Balancer(params ServiceInstance[] instances) => Balancer(null, instances);

    private Balancer Balancer(string? zone, params ServiceInstance[] instances)
    {
        var balancer = new Balancer(new BalancingOptions { Zone = zone }, clock);
        balancer.Update(instances);
        return balancer;
    }

    private static ServiceInstance One(string name, string? zone = null, string? version = null, int weight = 100, int? share = null, string state = InstanceState.Ready) =>
        new(name, $"http://{name}.example:8080", zone, version, weight, share, state);
}
