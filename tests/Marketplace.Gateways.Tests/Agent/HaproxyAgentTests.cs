using System.Diagnostics;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>What the marketplace publishes is enforced.</summary>
public sealed class HaproxyAgentTests : HaproxyAgentCase
{
    [Fact]
    public async Task A_revocation_acts_within_five_seconds_on_a_kept_alive_connection()
    {
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        var token = Marketplace.Issuer.Token();
        Assert.Equal((200, null), await client.GetAsync(List, token));

        var clock = Stopwatch.StartNew();
        Marketplace.Publish(Marketplace.Next("getPayment"));
        (int, string?) answer;
        while ((answer = await client.GetAsync(List, token)) == (200, null))
            Assert.True(clock.Elapsed < Busy.Allow(TimeSpan.FromSeconds(5)), "It is still let through.");

        Assert.Equal((403, ReasonCode.GrantEnded), answer);
        Assert.Equal((200, null), await client.GetAsync(List + "/1", token));
        Assert.Equal(1, client.Connections);
        Assert.DoesNotContain(agent.Log, line => line.Contains("reloaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_comes_as_a_delta_and_after_a_bad_one_the_whole()
    {
        await using var agent = await StartAsync();
        var first = Marketplace.Next("getPayment");
        Marketplace.Publish(first);
        await agent.EnforcingAsync(first.Revision);
        Assert.Equal(1, Marketplace.DeltasSent);

        Marketplace.WrongDelta = """{"protected":"","signature":"","pieces":[{"at":1,"count":99999999}]}""";
        var second = Marketplace.Next("listPayments");
        Marketplace.Publish(second);
        await agent.EnforcingAsync(second.Revision);

        Assert.Equal(2, Marketplace.DeltasSent);
        Assert.Contains(agent.Log, line => line.Contains("no delta", StringComparison.Ordinal));
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
    }

    [Fact]
    public async Task A_new_grant_acts_without_a_reload()
    {
        Marketplace.Publish(Marketplace.Next("getPayment"));
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        Assert.Equal((403, ReasonCode.GrantEnded), await client.GetAsync(List, Marketplace.Issuer.Token()));

        var next = Marketplace.Next("listPayments");
        Marketplace.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal((200, null), await client.GetAsync(List, Marketplace.Issuer.Token()));
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task A_revocation_among_fifty_thousand_grants_acts_within_five_seconds()
    {
        var bitmap = EnforcementPolicy.Bitmap(EnforcementPolicy.Operations.Select(one => one.Key)).ToString();
        var crowd = Enumerable.Range(0, 3000).Select(i => Marketplace.Policy.Grants[0] with { ClientId = $"app_crowd_{i}", Operations = bitmap }).ToArray();
        Marketplace.Publish(Marketplace.Policy with { Grants = [.. Marketplace.Policy.Grants, .. crowd] });
        await using var agent = await StartAsync();
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = Marketplace.Next("getPayment");
        var clock = Stopwatch.StartNew();
        Marketplace.Publish(next with { Grants = [.. next.Grants, .. crowd] });
        await agent.EnforcingAsync(next.Revision);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(5)));
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task An_api_without_operations_and_grants_refuses_everything_until_it_has_some()
    {
        var full = Marketplace.Policy;
        Marketplace.Publish(full with { Operations = [], Grants = [] });
        await using var agent = await StartAsync();
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", List)).Reason);

        Marketplace.Publish(full with { Revision = full.Revision + 1, Grants = [] });
        await agent.EnforcingAsync(full.Revision + 1);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        Marketplace.Publish(full with { Revision = full.Revision + 2 });
        await agent.EnforcingAsync(full.Revision + 2);
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
    }

    [Fact]
    public async Task New_operations_come_with_a_reload_and_no_request_is_lost()
    {
        await using var agent = await StartAsync();
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        });

        var next = Marketplace.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] };
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        Marketplace.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        await stop.CancelAsync();
        await load;
    }

    [Fact]
    public async Task A_revocation_right_after_a_reload_is_not_lost()
    {
        await using var agent = await StartAsync();
        Marketplace.Publish(Marketplace.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] });
        Marketplace.Publish(Marketplace.Next("getPayment"));
        await agent.EnforcingAsync(Marketplace.Policy.Revision);

        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task A_token_of_a_new_key_is_let_through_after_the_next_snapshot()
    {
        await using var agent = await StartAsync();
        var old = Marketplace.Issuer.Token();
        Marketplace.Issuer.RotateKey();
        Marketplace.Publish(Marketplace.Next(EnforcementPolicy.Granted));
        await agent.EnforcingAsync(Marketplace.Policy.Revision);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        Assert.Equal(ReasonCode.TokenKeyUnknown, (await RawHttp.SendAsync(agent.Port, "GET", List, ["Authorization: Bearer " + old])).Reason);
    }
}
