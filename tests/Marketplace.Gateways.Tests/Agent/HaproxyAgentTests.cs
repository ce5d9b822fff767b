using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

public sealed class HaproxyAgentTests : IAsyncLifetime
{
    private const string List = "/bank/v1/payments";
    private readonly string folder = TestFolder.Create("agent");
    private readonly TestMarketplace marketplace = new(LoopbackPort.Pick());
    private UnprotectedService? service;

    [Fact]
    public async Task A_revocation_acts_within_five_seconds_on_a_kept_alive_connection()
    {
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        var token = marketplace.Issuer.Token();
        Assert.Equal((200, null), await client.GetAsync(List, token));

        var clock = Stopwatch.StartNew();
        marketplace.Publish(marketplace.Next("getPayment"));
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
        var first = marketplace.Next("getPayment");
        marketplace.Publish(first);
        await agent.EnforcingAsync(first.Revision);
        Assert.Equal(1, marketplace.DeltasSent);

        marketplace.WrongDelta = """{"protected":"","signature":"","pieces":[{"at":1,"count":99999999}]}""";
        var second = marketplace.Next("listPayments");
        marketplace.Publish(second);
        await agent.EnforcingAsync(second.Revision);

        Assert.Equal(2, marketplace.DeltasSent);
        Assert.Contains(agent.Log, line => line.Contains("no delta", StringComparison.Ordinal));
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
    }

    [Fact]
    public async Task A_new_grant_acts_without_a_reload()
    {
        marketplace.Publish(marketplace.Next("getPayment"));
        await using var agent = await StartAsync();
        using var client = new KeptAlive(agent.Port);
        Assert.Equal((403, ReasonCode.GrantEnded), await client.GetAsync(List, marketplace.Issuer.Token()));

        var next = marketplace.Next("listPayments");
        marketplace.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal((200, null), await client.GetAsync(List, marketplace.Issuer.Token()));
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task A_revocation_among_fifty_thousand_grants_acts_within_five_seconds()
    {
        var bitmap = EnforcementPolicy.Bitmap(EnforcementPolicy.Operations.Select(one => one.Key)).ToString();
        var crowd = Enumerable.Range(0, 3000).Select(i => marketplace.Policy.Grants[0] with { ClientId = $"app_crowd_{i}", Operations = bitmap }).ToArray();
        marketplace.Publish(marketplace.Policy with { Grants = [.. marketplace.Policy.Grants, .. crowd] });
        await using var agent = await StartAsync();
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = marketplace.Next("getPayment");
        var clock = Stopwatch.StartNew();
        marketplace.Publish(next with { Grants = [.. next.Grants, .. crowd] });
        await agent.EnforcingAsync(next.Revision);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(5)));
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task An_api_without_operations_and_grants_refuses_everything_until_it_has_some()
    {
        var full = marketplace.Policy;
        marketplace.Publish(full with { Operations = [], Grants = [] });
        await using var agent = await StartAsync();
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", List)).Reason);

        marketplace.Publish(full with { Revision = full.Revision + 1, Grants = [] });
        await agent.EnforcingAsync(full.Revision + 1);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        marketplace.Publish(full with { Revision = full.Revision + 2 });
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

        var next = marketplace.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] };
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        marketplace.Publish(next);
        await agent.EnforcingAsync(next.Revision);

        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "GET", "/bank/v1/new")).Reason);
        await stop.CancelAsync();
        await load;
    }

    [Fact]
    public async Task A_revocation_right_after_a_reload_is_not_lost()
    {
        await using var agent = await StartAsync();
        marketplace.Publish(marketplace.Next(EnforcementPolicy.Granted) with { Operations = [.. EnforcementPolicy.Operations, new PolicyOperation(16, "getNew", "GET", "/new")] });
        marketplace.Publish(marketplace.Next("getPayment"));
        await agent.EnforcingAsync(marketplace.Policy.Revision);

        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task A_token_of_a_new_key_is_let_through_after_the_next_snapshot()
    {
        await using var agent = await StartAsync();
        var old = marketplace.Issuer.Token();
        marketplace.Issuer.RotateKey();
        marketplace.Publish(marketplace.Next(EnforcementPolicy.Granted));
        await agent.EnforcingAsync(marketplace.Policy.Revision);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        Assert.Equal(ReasonCode.TokenKeyUnknown, (await RawHttp.SendAsync(agent.Port, "GET", List, ["Authorization: Bearer " + old])).Reason);
    }

    [Fact]
    public async Task It_goes_on_with_the_last_policy_when_the_marketplace_is_down_and_follows_when_it_is_back()
    {
        await using var agent = await StartAsync();
        await marketplace.StopAsync();
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains("last policy stays in force", StringComparison.Ordinal)), "it did not notice");
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = marketplace.Next("getPayment");
        marketplace.Publish(next);
        await marketplace.StartAsync();
        await agent.EnforcingAsync(next.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task It_starts_from_its_own_disk_when_the_marketplace_is_down()
    {
        await using (await StartAsync())
        {
        }

        await marketplace.StopAsync();
        await using var again = new RunningAgent(marketplace, folder, service!.Port);
        await again.EnforcingAsync(marketplace.Policy.Revision);
        Assert.Equal(200, (await SendAsync(again, "GET", List)).Status);
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(again, "POST", "/bank/v1/admin/reset")).Reason);
    }

    [Fact]
    public async Task A_policy_on_disk_that_was_changed_is_not_used()
    {
        await using (await StartAsync())
        {
        }

        await marketplace.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "snapshot.jwt"), Changed(marketplace.Next("resetBank")));

        await using var again = new RunningAgent(marketplace, folder, service!.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("nothing is let through", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
        await Assert.ThrowsAsync<SocketException>(() => SendAsync(again, "GET", List));
    }

    [Fact]
    public async Task A_genuine_policy_of_before_is_not_used_either()
    {
        var old = marketplace.Issuer.Sign(marketplace.Policy);
        await using (var agent = await StartAsync())
        {
            var next = marketplace.Next("getPayment");
            marketplace.Publish(next);
            await agent.EnforcingAsync(next.Revision);
        }

        await marketplace.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "snapshot.jwt"), old);

        await using var again = new RunningAgent(marketplace, folder, service!.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("which was in force", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
    }

    [Fact]
    public async Task After_its_longest_age_the_policy_is_silent_and_the_token_alone_decides()
    {
        marketplace.Publish(marketplace.Next("getPayment"));
        await using var agent = new RunningAgent(marketplace, folder, service!.Port, maxPolicyAge: TimeSpan.FromSeconds(3));
        await agent.EnforcingAsync(marketplace.Policy.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        await marketplace.StopAsync();
        await agent.UntilAsync(() => SendAsync(agent, "GET", List).GetAwaiter().GetResult().Status == 200, "the token was not believed");
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "POST", "/bank/v1/admin/reset")).Reason);
        using var http = new HttpClient();
        Assert.Contains("\"source\":\"token\"", await http.GetStringAsync(new Uri($"http://127.0.0.1:{agent.StatusPort}/health/ready")), StringComparison.Ordinal);

        await marketplace.StartAsync();
        await agent.UntilAsync(() => SendAsync(agent, "GET", List).GetAwaiter().GetResult().Reason == ReasonCode.GrantEnded, "the policy was not believed again");
    }

    [Theory]
    [InlineData("an older revision", "older")]
    [InlineData("another API", "not of payments v1")]
    [InlineData("another issuer", "was issued by")]
    [InlineData("another type", "WrongType")]
    [InlineData("another key", "UnknownKey")]
    [InlineData("changed after signing", "BadSignature")]
    public async Task A_snapshot_that_is_not_to_be_trusted_changes_nothing(string fault, string said)
    {
        await using var agent = await StartAsync();
        var next = marketplace.Next("getPayment");
        using var stranger = new TestIssuer(marketplace.Url, TimeProvider.System);
        var (policy, signed) = fault switch
        {
            "an older revision" => Signed(next with { Revision = 1 }),
            "another API" => Signed(next with { Api = "loans" }),
            "another issuer" => Signed(next with { Issuer = "https://marketplace.example" }),
            "another type" => (next, marketplace.Issuer.Sign(next, "at+jwt")),
            "another key" => (next, stranger.Sign(next)),
            _ => (next, Changed(next)),
        };
        marketplace.Publish(policy, signed);
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains(said, StringComparison.Ordinal)), "it said nothing of " + said);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        (PolicySnapshot, string) Signed(PolicySnapshot one) => (one, marketplace.Issuer.Sign(one));
    }

    [Fact]
    public async Task Haproxy_is_started_again_when_it_dies_and_ends_with_its_agent()
    {
        var agent = await StartAsync();
        foreach (var worker in WorkersOf(agent))
            Process.GetProcessById(worker).Kill();
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains("started again", StringComparison.Ordinal)), "it was not started again");
        await agent.UntilAsync(() => WorkersOf(agent).Length > 0, "it does not run");
        await agent.UntilAsync(() => Answers(agent.Port), "it does not answer");
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        await agent.DisposeAsync();
        Assert.False(Answers(agent.Port));
        Assert.Empty(WorkersOf(agent));
    }

    [Fact]
    public async Task Nobody_else_may_read_its_files()
    {
        await using var agent = await StartAsync();
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToArray();
        Assert.Contains(files, file => file.EndsWith("snapshot.jwt", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    public async ValueTask InitializeAsync()
    {
        _ = RunningHaproxy.Program;
        service = await UnprotectedService.StartAsync(TestProvider.Map);
        await marketplace.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await marketplace.DisposeAsync();
        await service!.DisposeAsync();
        TestFolder.Delete(folder);
    }

    /// <summary>The signature of what is published now over another policy.</summary>
    private string Changed(PolicySnapshot policy)
    {
        var parts = marketplace.Issuer.Sign(marketplace.Policy).Split('.');
        return $"{parts[0]}.{TestKey.Encode(System.Text.Json.JsonSerializer.Serialize(policy, PolicyJson.Default.PolicySnapshot))}.{parts[2]}";
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

    private Task<RawResponse> SendAsync(RunningAgent agent, string method, string path) =>
        RawHttp.SendAsync(agent.Port, method, path, ["Authorization: Bearer " + marketplace.Issuer.Token()]);

    private async Task<RunningAgent> StartAsync()
    {
        var agent = new RunningAgent(marketplace, folder, service!.Port);
        await agent.EnforcingAsync(marketplace.Policy.Revision);
        return agent;
    }
}
