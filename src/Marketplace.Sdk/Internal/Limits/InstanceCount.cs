using System.Net;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Balancing;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Limits;

/// <summary>
/// How many instances share what a plan's rate gives: those of the marketplace's list that are ready. Only a service that
/// registers itself asks, and only while its policy limits somebody. What was heard last counts until something else is.
/// </summary>
internal sealed class InstanceCount(
    Meters meters, IOptions<MarketplaceOptions> options, Marketplaces marketplaces, KeyRing keys, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private InstanceList? current;
    private string? tag;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var service = options.Value;
        if (service.Instance.Url is null)
            return;
        var path = InstanceAddress.List(service.Api!, service.Version!, service.Environment!);
        var reader = new InstanceListReader(new ApiName(service.Api!, service.Version!, service.Environment!), service.ExpectedIssuer, keys);
        using var http = BackchannelHttp.Create(service, inner => new MarketplaceTokenHandler(marketplaces.TokensOf(service), ControlAddress.Audience) { InnerHandler = inner });
        while (!stoppingToken.IsCancellationRequested)
        {
            if (meters.AreNeeded)
                await AskAsync(http, path, reader, stoppingToken);
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Whatever goes wrong, the number stays as it was: InstanceRegistrar and PolicyPuller say why nobody answers.
    private async Task AskAsync(HttpClient http, string path, InstanceListReader reader, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await http.SendAsync(request, cancellation);
            if (response.StatusCode != HttpStatusCode.OK || (await reader.ReadAsync(await response.Content.ReadAsStringAsync(cancellation), current)).List is not { } list)
                return;
            (current, tag) = (list, response.Headers.ETag?.ToString());
            meters.Instances = list.Instances.Count(instance => instance.State == InstanceState.Ready);
        }
        catch (Exception e) when (e is HttpRequestException or MarketplaceTokenException or OperationCanceledException or IOException)
        {
            // Asked again after the pause.
        }
    }
}
