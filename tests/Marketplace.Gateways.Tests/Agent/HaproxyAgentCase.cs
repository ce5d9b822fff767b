using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>An agent with HAProxy, a marketplace that tells it of policies, and a service behind it.</summary>
[Collection(Name)]
public abstract class HaproxyAgentCase : IAsyncLifetime
{
    // One after the other: each runs HAProxy and counts seconds.
    private const string Name = "agent";
    protected const string List = "/bank/v1/payments";

    protected string Folder { get; } = TestFolder.Create("agent");

    private protected UnprotectedService Service { get; private set; } = null!;

    private protected TestMarketplace Marketplace { get; } = new(LoopbackPort.Pick());

    public async ValueTask InitializeAsync()
    {
        _ = RunningHaproxy.Program;
        Service = await UnprotectedService.StartAsync(TestProvider.Map);
        await Marketplace.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Marketplace.DisposeAsync();
        await Service.DisposeAsync();
        TestFolder.Delete(Folder);
    }

    private protected Task<RawResponse> SendAsync(RunningAgent agent, string method, string path) =>
        RawHttp.SendAsync(agent.Port, method, path, ["Authorization: Bearer " + Marketplace.Issuer.Token()]);

    private protected async Task<RunningAgent> StartAsync()
    {
        var agent = new RunningAgent(Marketplace, Folder, Service.Port);
        await agent.EnforcingAsync(Marketplace.Policy.Revision);
        return agent;
    }
}
