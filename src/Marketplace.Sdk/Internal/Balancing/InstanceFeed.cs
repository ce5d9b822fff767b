using System.Net;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk.Internal.Protection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>
/// Follows the list of instances: each request waits at the control plane until there is something newer. Until the first
/// answer, and whenever there is none, the list of this process's own disk or the addresses of its settings serve; what is
/// known stays for as long as nothing better was verified.
/// </summary>
internal sealed partial class InstanceFeed(
    ApiName api, MarketplaceApiOptions options, MarketplaceClientOptions account, MarketplaceTokenSource tokens, KeyRing keys, Balancer balancer,
    TimeProvider clock, ILogger<InstanceFeed> logger) : IDisposable
{
    private const int WaitSeconds = 25;
    private static readonly TimeSpan KeysEvery = TimeSpan.FromMinutes(4);
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ends = new();
    private readonly InstanceListReader reader = new(api, account.ExpectedIssuer, keys);
    private readonly InstanceStore store = new(InstanceStore.FolderOf(options, api, account), logger);
    private string? tag;
    private InstanceList? current;

    /// <summary>Completes with the first list of the marketplace.</summary>
    public Task Heard => heard.Task;

    /// <summary>Why there is none.</summary>
    public string Problem { get; private set; } = "it did not answer yet";

    public void Start()
    {
        if (store.Load() is { } kept && reader.Restore(kept.List, kept.Keys) is { } list)
            Put(list);
        else
            Put(null);
        _ = Task.Run(FollowAsync);
    }

    public void Dispose()
    {
        ends.Cancel();
        ends.Dispose();
    }

    private async Task FollowAsync()
    {
        var stop = ends.Token;
        using var http = BackchannelHttp.Create(account, inner => new MarketplaceTokenHandler(tokens, ControlAddress.Audience) { InnerHandler = inner });
        var (failures, keysAt) = (0, clock.GetTimestamp());
        while (!stop.IsCancellationRequested)
        {
            failures = await PullAsync(http, stop) ? 0 : failures + 1;
            if (failures > 0)
                await Task.Delay(Jitter.Pause(failures), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (clock.GetElapsedTime(keysAt) < KeysEvery)
                continue;
            keysAt = clock.GetTimestamp();
            await keys.RefreshAsync();
        }
    }

    private async Task<bool> PullAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ControlAddress.Following(InstanceAddress.List(api.Name, api.Version, api.Environment), tag, WaitSeconds));
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await http.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.NotModified && tag is not null)
                return true;
            var body = await response.Content.ReadAsStringAsync(cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
                return await TakeAsync(body, response.Headers.ETag?.ToString());
            Say($"it answered {(int)response.StatusCode}: {body}");
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (Exception e) when (e is HttpRequestException or MarketplaceTokenException or OperationCanceledException or IOException)
        {
            Say(e.Message);
        }

        return false;
    }

    private async Task<bool> TakeAsync(string jws, string? newTag)
    {
        var (list, problem) = await reader.ReadAsync(jws, current);
        if (list is null)
        {
            Say($"its list was not accepted: {problem}");
            return false;
        }

        store.Save(jws, keys.Current);
        Put(list);
        tag = newTag;
        heard.TrySetResult();
        Problem = "";
        // Without a tag there is nothing to wait for: pause as after a failure, not in a tight loop.
        return tag is not null;
    }

    private void Put(InstanceList? list)
    {
        current = list ?? current;
        var instances = list?.Instances ?? [];
        balancer.Update(instances.Count > 0 ? instances
            : [.. options.Fallback.Select(url => new ServiceInstance(url.Authority, url.AbsoluteUri, null, null, 100, null, InstanceState.Ready))]);
    }

    private void Say(string problem)
    {
        if (problem != Problem)
            Log.NotFollowed(logger, api, problem);
        Problem = problem;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The instances of {Api} cannot be followed; those known stay. {Problem}")]
        public static partial void NotFollowed(ILogger logger, ApiName api, string problem);
    }
}
