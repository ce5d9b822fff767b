using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>What is enforced when the marketplace is down, the disk lies, or HAProxy dies.</summary>
public sealed class HaproxyAgentTrustTests : HaproxyAgentCase
{
    [Fact]
    public async Task It_goes_on_with_the_last_policy_when_the_marketplace_is_down_and_follows_when_it_is_back()
    {
        await using var agent = await StartAsync();
        await Marketplace.StopAsync();
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains("last policy stays in force", StringComparison.Ordinal)), "it did not notice");
        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);

        var next = Marketplace.Next("getPayment");
        Marketplace.Publish(next);
        await Marketplace.StartAsync();
        await agent.EnforcingAsync(next.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);
    }

    [Fact]
    public async Task It_starts_from_its_own_disk_when_the_marketplace_is_down()
    {
        await using (await StartAsync())
        {
        }

        await Marketplace.StopAsync();
        await using var again = new RunningAgent(Marketplace, Folder, Service.Port);
        await again.EnforcingAsync(Marketplace.Policy.Revision);
        Assert.Equal(200, (await SendAsync(again, "GET", List)).Status);
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(again, "POST", "/bank/v1/admin/reset")).Reason);
    }

    [Fact]
    public async Task A_policy_on_disk_that_was_changed_is_not_used()
    {
        await using (await StartAsync())
        {
        }

        await Marketplace.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "snapshot.jwt"), Changed(Marketplace.Next("resetBank")));

        await using var again = new RunningAgent(Marketplace, Folder, Service.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("nothing is let through", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
        await Assert.ThrowsAsync<SocketException>(() => SendAsync(again, "GET", List));
    }

    [Fact]
    public async Task A_genuine_policy_of_before_is_not_used_either()
    {
        var old = Marketplace.Issuer.Sign(Marketplace.Policy);
        await using (var agent = await StartAsync())
        {
            var next = Marketplace.Next("getPayment");
            Marketplace.Publish(next);
            await agent.EnforcingAsync(next.Revision);
        }

        await Marketplace.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "snapshot.jwt"), old);

        await using var again = new RunningAgent(Marketplace, Folder, Service.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("which was in force", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
    }

    [Fact]
    public async Task After_its_longest_age_the_policy_is_silent_and_the_token_alone_decides()
    {
        Marketplace.Publish(Marketplace.Next("getPayment"));
        await using var agent = new RunningAgent(Marketplace, Folder, Service.Port, maxPolicyAge: TimeSpan.FromSeconds(3));
        await agent.EnforcingAsync(Marketplace.Policy.Revision);
        Assert.Equal(ReasonCode.GrantEnded, (await SendAsync(agent, "GET", List)).Reason);

        await Marketplace.StopAsync();
        await agent.UntilAsync(() => SendAsync(agent, "GET", List).GetAwaiter().GetResult().Status == 200, "the token was not believed");
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(agent, "POST", "/bank/v1/admin/reset")).Reason);
        using var http = new HttpClient();
        Assert.Contains("\"source\":\"token\"", await http.GetStringAsync(new Uri($"http://127.0.0.1:{agent.StatusPort}/health/ready")), StringComparison.Ordinal);

        await Marketplace.StartAsync();
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
        var next = Marketplace.Next("getPayment");
        using var stranger = new TestIssuer(Marketplace.Url, TimeProvider.System);
        var (policy, signed) = fault switch
        {
            "an older revision" => Signed(next with { Revision = 1 }),
            "another API" => Signed(next with { Api = "loans" }),
            "another issuer" => Signed(next with { Issuer = "https://marketplace.example" }),
            "another type" => (next, Marketplace.Issuer.Sign(next, "at+jwt")),
            "another key" => (next, stranger.Sign(next)),
            _ => (next, Changed(next)),
        };
        Marketplace.Publish(policy, signed);
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains(said, StringComparison.Ordinal)), "it said nothing of " + said);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        (PolicySnapshot, string) Signed(PolicySnapshot one) => (one, Marketplace.Issuer.Sign(one));
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
        var files = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).ToArray();
        Assert.Contains(files, file => file.EndsWith("snapshot.jwt", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    /// <summary>The signature of what is published now over another policy.</summary>
    private string Changed(PolicySnapshot policy)
    {
        var parts = Marketplace.Issuer.Sign(Marketplace.Policy).Split('.');
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
}
