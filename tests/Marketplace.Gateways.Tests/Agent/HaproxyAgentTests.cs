using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>What is decided in the marketplace acts at the proxy.</summary>
[Collection(nameof(AgentRoom))]
public sealed class HaproxyAgentTests : AgentRoom
{
    [Fact]
    public async Task A_revocation_acts_within_five_seconds_on_a_kept_alive_connection()
    {
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        var token = Market.Issuer.Token();
        Assert.Equal((200, null), await client.GetAsync(List, token));

        var clock = Stopwatch.StartNew();
        Market.Publish(Market.Next("getPayment"));
        (int, string?) answer;
        while ((answer = await client.GetAsync(List, token)) == (200, null))
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), "It is still let through after five seconds.");

        Assert.Equal((403, ReasonCode.GrantEnded), answer);
        Assert.Equal((200, null), await client.GetAsync(List + "/1", token));
        Assert.Equal(1, client.Connections);
        Assert.DoesNotContain(agent.Log, line => line.Contains("reloaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_comes_as_a_delta_and_after_a_bad_one_the_whole()
    {
        await using var agent = await StartAsync();
        var first = Market.Next("getPayment");
        Market.Publish(first);
        await agent.EnforcingAsync(first.Revision);
        Assert.Equal(1, Market.DeltasSent);

        Market.WrongDelta = """{"protected":"","signature":"","pieces":[{"at":1,"count":99999999}]}""";
        var second = Market.Next("listPayments");
        Market.Publish(second);
        await agent.EnforcingAsync(second.Revision);

        Assert.Equal(2, Market.DeltasSent);
        Assert.Contains(agent.Log, line => line.Contains("no delta", StringComparison.Ordinal));
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
    }

    [Fact]
    public async Task A_new_grant_acts_without_a_reload()
    {
        Market.Publish(Market.Next("getPayment"));
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        Assert.Equal((403, ReasonCode.GrantEnded), await client.GetAsync(List, Market.Issuer.Token()));

        var next = Market.Next("listPayments");
        Market.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal((200, null), await client.GetAsync(List, Market.Issuer.Token()));
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task A_revocation_among_fifty_thousand_grants_acts_within_five_seconds()
    {
        var bitmap = EnforcementPolicy.Bitmap(EnforcementPolicy.Operations.Select(one => one.Key)).ToString();
        var crowd = Enumerable.Range(0, 3000).Select(i => Market.Policy.Grants[0] with { ClientId = $"app_crowd_{i}", Operations = bitmap }).ToArray();
        Market.Publish(Market.Policy with { Grants = [.. Market.Policy.Grants, .. crowd] });
        await using var agent = await StartAsync();
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = Market.Next("getPayment");
        var clock = Stopwatch.StartNew();
        Market.Publish(next with { Grants = [.. next.Grants, .. crowd] });
        await agent.EnforcingAsync(next.Revision);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task An_api_without_operations_and_grants_refuses_everything_until_it_has_some()
    {
        var full = Market.Policy;
        Market.Publish(full with { Operations = [], Grants = [] });
        await using var agent = await StartAsync();
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", List)).Reason);

        Market.Publish(full with { Revision = full.Revision + 1, Grants = [] });
        await agent.EnforcingAsync(full.Revision + 1);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        Market.Publish(full with { Revision = full.Revision + 2 });
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

        var next = Market.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] };
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        Market.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        await stop.CancelAsync();
        await load;
    }

    [Fact]
    public async Task A_revocation_right_after_a_reload_is_not_lost()
    {
        await using var agent = await StartAsync();
        Market.Publish(Market.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] });
        Market.Publish(Market.Next("getPayment"));
        await agent.EnforcingAsync(Market.Policy.Revision);

        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task A_token_of_a_new_key_is_let_through_after_the_next_snapshot()
    {
        await using var agent = await StartAsync();
        var old = Market.Issuer.Token();
        Market.Issuer.RotateKey();
        Market.Publish(Market.Next(EnforcementPolicy.Granted));
        await agent.EnforcingAsync(Market.Policy.Revision);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        Assert.Equal(ReasonCode.TokenKeyUnknown, (await RawHttp.SendAsync(agent.Port, "GET", List, ["Authorization: Bearer " + old])).Reason);
    }

    [Fact]
    public async Task It_goes_on_with_the_last_policy_when_the_marketplace_is_down_and_follows_when_it_is_back()
    {
        await using var agent = await StartAsync();
        await Market.StopAsync();
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains("last policy stays in force", StringComparison.Ordinal)), "it did not notice");
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = Market.Next("getPayment");
        Market.Publish(next);
        await Market.StartAsync();
        await agent.EnforcingAsync(next.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task After_its_longest_age_the_policy_is_silent_and_the_token_alone_decides()
    {
        Market.Publish(Market.Next("getPayment"));
        await using var agent = new RunningAgent(Market, Folder, Service.Port, maxPolicyAge: TimeSpan.FromSeconds(3));
        await agent.EnforcingAsync(Market.Policy.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        await Market.StopAsync();
        await agent.UntilAsync(() => SendAsync(agent, "GET", List).GetAwaiter().GetResult().Status == 200, "the token was not believed");
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "POST", "/bank/v1/admin/reset")).Reason);
        using var http = new HttpClient();
        Assert.Contains("\"source\":\"token\"", await http.GetStringAsync(new Uri($"http://127.0.0.1:{agent.StatusPort}/health/ready")), StringComparison.Ordinal);

        await Market.StartAsync();
        await agent.UntilAsync(() => SendAsync(agent, "GET", List).GetAwaiter().GetResult().Reason == ReasonCode.GrantEnded, "the policy was not believed again");
    }

    [Fact]
    public async Task Haproxy_is_started_again_when_it_dies_and_ends_with_its_agent()
    {
        var agent = await StartAsync();
        foreach (var worker in WorkersOf(agent))
            Process.GetProcessById(worker).Kill();
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains("started again", StringComparison.Ordinal)), "it was not started again");
        await agent.UntilAsync(() => WorkersOf(agent).Length > 0, "it does not run");
        for (var i = 0; i < 100 && !Answers(agent.Port); i++)
            await Task.Delay(50);
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        await agent.DisposeAsync();
        Assert.False(Answers(agent.Port));
        Assert.Empty(WorkersOf(agent));
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int[] WorkersOf(RunningAgent agent) =>
    [
        .. Process.GetProcessesByName("haproxy").Select(process => process.Id)
            .Where(id => File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Contains(agent.Folder, StringComparison.Ordinal)),
    ];
}
