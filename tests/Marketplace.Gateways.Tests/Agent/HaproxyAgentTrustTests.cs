using System.Net.Sockets;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>What is not the marketplace's own newest word, from the network or from the disk, is not enforced.</summary>
[Collection(nameof(AgentRoom))]
public sealed class HaproxyAgentTrustTests : AgentRoom
{
    [Fact]
    public async Task It_starts_from_its_own_disk_when_the_marketplace_is_down()
    {
        await using (await StartAsync())
        {
        }

        await Market.StopAsync();
        await using var again = new RunningAgent(Market, Folder, Service.Port);
        await again.EnforcingAsync(Market.Policy.Revision);
        Assert.Equal(200, (await SendAsync(again, "GET", List)).Status);
        Assert.Equal(ReasonCode.OperationNotGranted, (await SendAsync(again, "POST", "/bank/v1/admin/reset")).Reason);
    }

    [Fact]
    public async Task A_policy_on_disk_that_was_changed_is_not_used()
    {
        await using (await StartAsync())
        {
        }

        await Market.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "snapshot.jwt"), Changed(Market.Next("resetBank")));

        await using var again = new RunningAgent(Market, Folder, Service.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("nothing is let through", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
        await Assert.ThrowsAsync<SocketException>(() => SendAsync(again, "GET", List));
    }

    [Fact]
    public async Task A_genuine_policy_of_before_is_not_used_either()
    {
        var old = Market.Issuer.Sign(Market.Policy);
        await using (var agent = await StartAsync())
        {
            var next = Market.Next("getPayment");
            Market.Publish(next);
            await agent.EnforcingAsync(next.Revision);
        }

        await Market.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "snapshot.jwt"), old);

        await using var again = new RunningAgent(Market, Folder, Service.Port);
        await again.UntilAsync(() => again.Log.Any(line => line.Contains("which was in force", StringComparison.Ordinal)), "it said nothing");
        Assert.Empty(again.Enforced);
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
        var next = Market.Next("getPayment");
        using var stranger = new TestIssuer(Market.Url, TimeProvider.System);
        var (policy, signed) = fault switch
        {
            "an older revision" => Signed(next with { Revision = 1 }),
            "another API" => Signed(next with { Api = "loans" }),
            "another issuer" => Signed(next with { Issuer = "https://marketplace.example" }),
            "another type" => (next, Market.Issuer.Sign(next, "at+jwt")),
            "another key" => (next, stranger.Sign(next)),
            _ => (next, Changed(next)),
        };
        Market.Publish(policy, signed);
        await agent.UntilAsync(() => agent.Log.Any(line => line.Contains(said, StringComparison.Ordinal)), "it said nothing of " + said);

        Assert.Equal(200, (await SendAsync(agent, "GET", List)).Status);
        (PolicySnapshot, string) Signed(PolicySnapshot one) => (one, Market.Issuer.Sign(one));
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
        var parts = Market.Issuer.Sign(Market.Policy).Split('.');
        return $"{parts[0]}.{TestKey.Encode(System.Text.Json.JsonSerializer.Serialize(policy, PolicyJson.Default.PolicySnapshot))}.{parts[2]}";
    }
}
