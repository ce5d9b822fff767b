using Marketplace.Gateways.Tests.Haproxy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>A marketplace, a service without protection, and a folder for the agent that stands before it.</summary>
public abstract class AgentRoom : IAsyncLifetime
{
    protected const string List = "/bank/v1/payments";

    private UnprotectedService? service;

    protected string Folder { get; } = TestFolder.Create("agent");

    private protected TestMarketplace Market { get; } = new(LoopbackPort.Pick());

    private protected UnprotectedService Service => service!;

    public async ValueTask InitializeAsync()
    {
        _ = RunningHaproxy.Program;
        service = await UnprotectedService.StartAsync(TestProvider.Map);
        await Market.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Market.DisposeAsync();
        await service!.DisposeAsync();
        TestFolder.Delete(Folder);
    }

    private protected Task<RawResponse> SendAsync(RunningAgent agent, string method, string path) =>
        RawHttp.SendAsync(agent.Port, method, path, ["Authorization: Bearer " + Market.Issuer.Token()]);

    private protected async Task<RunningAgent> StartAsync()
    {
        var agent = new RunningAgent(Market, Folder, Service.Port);
        await agent.EnforcingAsync(Market.Policy.Revision);
        return agent;
    }
}
