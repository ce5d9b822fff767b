using System.Net;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// Pulls the policy with the service's own token: each request waits at the control plane until there is something
/// newer, so that a revocation arrives at once. What is in force stays so until something better was verified.
/// </summary>
internal sealed partial class PolicyPuller(
    IOptions<MarketplaceOptions> options, Marketplaces marketplaces, SnapshotReader reader, PolicyHolder holder,
    PolicyStore store, KeyRing keys,
    TimeProvider time, ILogger<PolicyPuller> logger) : BackgroundService
{
    private const int WaitSeconds = 25;
    private readonly SnapshotBase held = new();
    private string? tag;
    private VerificationKey? signedWith;

    /// <summary>Before anything is served: what this service kept is in force from the first call on.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (store.Load() is { } kept)
            Restore(kept);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = BackchannelHttp.Create(options.Value,
            inner => new MarketplaceTokenHandler(marketplaces.TokensOf(options.Value), ControlAddress.Audience) { InnerHandler = inner });
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            failures = await PullAsync(http, stoppingToken) ? 0 : failures + 1;
            if (failures > 0)
                await Task.Delay(Jitter.Pause(failures), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> PullAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address());
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            request.Headers.Add(ControlAddress.InstanceHeader, ControlAddress.ThisInstance);
            request.Headers.Add("Accept", held.IsHeld ? ControlAddress.DeltaOrWhole : ControlAddress.MediaType);
            using var response = await http.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.NotModified && tag is not null)
            {
                holder.Confirm();
                store.Confirm(holder.Current!.Revision, keys.Current, keys.IsPublished(signedWith!));
                return true;
            }

            if (response.StatusCode == HttpStatusCode.OK)
                return await TakeAsync(response, cancellation);
            Log.Refused(logger, (int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or MarketplaceTokenException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Log.Unreachable(logger, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }

        return false;
    }

    private async Task<bool> TakeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var isDelta = response.Content.Headers.ContentType?.MediaType == SnapshotDelta.MediaType;
        var jws = isDelta
            ? held.Add(await response.Content.ReadAsByteArrayAsync(cancellation))
            : await response.Content.ReadAsStringAsync(cancellation);
        var reading = jws is null ? SnapshotReading.NoFit : await reader.ReadAsync(jws, holder.Current?.Revision ?? 0);
        // What is held already does not follow it: something in between gives old answers.
        if (tag is not null && reading.Policy?.Revision == holder.Current?.Revision && reading.Key == signedWith)
            reading = SnapshotReading.NoNews;
        if (reading.Policy is not { } policy)
        {
            Log.NotAPolicy(logger, reading.Problem);
            var asksWhole = isDelta && held.IsHeld;
            held.Forget();
            return asksWhole;
        }

        held.Hold(jws!);
        holder.Replace(policy);
        signedWith = reading.Key;
        store.Save(jws!, keys.Current, policy.Revision);
        tag = response.Headers.ETag?.ToString();
        Log.InForce(logger, policy.Revision);
        if (policy.ShadowUntil is { } until && policy.IsInShadow(time.GetUtcNow()))
            Log.Shadow(logger, until);
        // Without a tag there is nothing to wait for: pause as after a failure, not in a tight loop.
        return tag is not null;
    }

    private void Restore(StoredPolicy kept)
    {
        if (!KeySet.TryRead(kept.Keys, KeySet.Empty, out var set))
        {
            Log.NotRestored(logger, "the keys beside it are none");
            return;
        }

        var reading = reader.Read(kept.Snapshot, set, kept.Revision);
        if (reading.Policy is not { } policy)
        {
            Log.NotRestored(logger, reading.Problem);
            return;
        }

        keys.Adopt(set);
        holder.Restore(policy, kept.ConfirmedAt);
        Log.Restored(logger, policy.Revision, kept.ConfirmedAt);
    }

    private string Address() => ControlAddress.Following(
        ControlAddress.SnapshotPath(options.Value.Api!, options.Value.Version!, options.Value.Environment!), tag, WaitSeconds);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Policy revision {Revision} is in force.")]
        public static partial void InForce(ILogger logger, long revision);

        [LoggerMessage(LogLevel.Warning, "Shadow mode until {Until:u}: calls that would be refused are let through and reported.")]
        public static partial void Shadow(ILogger logger, DateTimeOffset until);

        [LoggerMessage(LogLevel.Information, "Policy revision {Revision} is in force from this service's own disk; the control plane confirmed it at {ConfirmedAt:u}.")]
        public static partial void Restored(ILogger logger, long revision, DateTimeOffset confirmedAt);

        [LoggerMessage(LogLevel.Error, "The copy of the policy on disk was not accepted: {Problem}.")]
        public static partial void NotRestored(ILogger logger, string? problem);

        [LoggerMessage(LogLevel.Warning, "The policy could not be pulled; the last one stays in force. {Fault}")]
        public static partial void Unreachable(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Warning, "The control plane answered {Status}; the last policy stays in force. {Answer}")]
        public static partial void Refused(ILogger logger, int status, string answer);

        [LoggerMessage(LogLevel.Error, "A snapshot was not accepted; the last policy stays in force: {Problem}.")]
        public static partial void NotAPolicy(ILogger logger, string? problem);
    }
}
