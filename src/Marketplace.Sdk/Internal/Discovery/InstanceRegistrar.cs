using System.Net.Http.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Discovery;

/// <summary>
/// Says where this instance is once the service listens, renews while it lives, and says so when its own health checks
/// fail. At the end it says that it drains while it still serves, waits for the calls under way, and leaves.
/// </summary>
internal sealed partial class InstanceRegistrar(
    IOptions<MarketplaceOptions> options, Marketplaces marketplaces, HealthCheckService health, CallsUnderWay calls, TimeProvider clock, ILogger<InstanceRegistrar> logger)
    : IHostedLifecycleService, IDisposable
{
    // Callers hear of it in well under a second; until then they still come.
    private static readonly TimeSpan UntilHeard = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UntilWell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource stopping = new();
    private MarketplaceInstanceOptions instance = new();
    private HttpClient? http;
    private Task renewing = Task.CompletedTask;
    private string? problem;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The server listens.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        instance = options.Value.Instance;
        if (instance.Url is null)
            return Task.CompletedTask;
        http = BackchannelHttp.Create(options.Value, inner => new MarketplaceTokenHandler(marketplaces.TokensOf(options.Value), ControlAddress.Audience) { InnerHandler = inner });
        renewing = Task.Run(RenewAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>The server still serves.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await renewing;
        if (http is null || !await PutAsync(InstanceState.Draining, cancellationToken))
            return;
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) is var waited && waited < instance.Drain && (waited < UntilHeard || calls.Count > 0) && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Look, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendAsync(HttpMethod.Delete, null, cancellationToken);
    }

    public void Dispose()
    {
        stopping.Dispose();
        http?.Dispose();
    }

    private async Task RenewAsync()
    {
        var stop = stopping.Token;
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var state = await StateAsync(stop);
            var isDone = await PutAsync(state, stop);
            failures = isDone ? 0 : failures + 1;
            var renewal = TimeSpan.FromSeconds(instance.As(InstanceState.Ready).Lease / 3.0);
            // One that starts gets its policy in a moment, and callers should not wait for it until the next renewal.
            var pause = !isDone ? Jitter.Pause(failures) : state == InstanceState.Ready ? renewal : UntilWell;
            if (pause > renewal)
                pause = renewal;
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> StateAsync(CancellationToken cancellation)
    {
        try
        {
            return (await health.CheckHealthAsync(cancellation)).Status == HealthStatus.Unhealthy ? InstanceState.Unhealthy : InstanceState.Ready;
        }
        catch (OperationCanceledException)
        {
            return InstanceState.Ready;
        }
    }

    private Task<bool> PutAsync(string state, CancellationToken cancellation) => SendAsync(HttpMethod.Put, instance.As(state), cancellation);

    private async Task<bool> SendAsync(HttpMethod method, InstanceRegistration? registration, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, InstanceAddress.Of(options.Value.Api!, options.Value.Version!, options.Value.Environment!, instance.Id));
            request.Content = registration is null ? null : JsonContent.Create(registration, DiscoveryJson.Default.InstanceRegistration);
            using var response = await http!.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode)
            {
                problem = null;
                return true;
            }

            Say($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        }
        catch (Exception e) when (e is HttpRequestException or MarketplaceTokenException or OperationCanceledException or IOException)
        {
            if (!cancellation.IsCancellationRequested)
                Say(e.Message);
        }

        return false;
    }

    private void Say(string what)
    {
        if (what != problem)
            Log.NotRegistered(logger, instance.Id, what);
        problem = what;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Instance {Instance} could not be registered, and tries again; callers that know it still come. {Problem}")]
        public static partial void NotRegistered(ILogger logger, string instance, string problem);
    }
}
