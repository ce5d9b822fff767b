using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>A Kestrel service without any protection of its own.</summary>
public sealed class UnprotectedService : IAsyncDisposable
{
    private readonly WebApplication service;

    private UnprotectedService(WebApplication service) => this.service = service;

    public int Port => new Uri(service.Urls.Single()).Port;

    public static async Task<UnprotectedService> StartAsync(Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new UnprotectedService(app);
    }

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync();
        await service.DisposeAsync();
    }
}
