using Marketplace.Sdk;
using Microsoft.Extensions.Options;

namespace Marketplace.Samples.Consumer;

/// <summary>Calls at a steady pace, as a service does while people use it; <c>Consumer:Every</c> says how often.</summary>
internal sealed class SteadyCalls(IHttpClientFactory clients, IOptions<ConsumerOptions> options, ILogger<SteadyCalls> log) : BackgroundService
{
    private static readonly Uri[] Calls = [new("payments", UriKind.Relative), new($"payments/{PageState.AnyPayment}", UriKind.Relative)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Every is not { Ticks: > 0 } every)
            return;
        using var timer = new PeriodicTimer(every);
        for (var i = 0; await timer.WaitForNextTickAsync(stoppingToken); i++)
        {
            try
            {
                using var http = clients.CreateClient(ByName.Client);
                using var answer = await http.GetAsync(Calls[i % Calls.Length], stoppingToken);
            }
            catch (Exception fault) when (fault is HttpRequestException or MarketplaceTokenException || (fault is TaskCanceledException && !stoppingToken.IsCancellationRequested))
            {
                log.LogWarning("The provider was not reached: {Fault}", fault.Message);
            }
        }
    }
}
