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
    PolicyStore store, KeyRing keys, ControlContact contact,
    TimeProvider time, ILogger<PolicyPuller> logger) : BackgroundService
{
    // A control plane that everybody asks at once, as after its restart, is given this long beyond what it was asked to wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceWithBody = TimeSpan.FromSeconds(60);
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
            // After a silence an answer at once, so that it is known to be over.
            failures = await PullAsync(http, failures == 0 ? options.Value.LongPoll : TimeSpan.Zero, stoppingToken) ? 0 : failures + 1;
            if (failures > 0)
                await Task.Delay(Jitter.Pause(failures), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> PullAsync(HttpClient http, TimeSpan wait, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(wait));
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            request.Headers.Add(ControlAddress.InstanceHeader, ControlAddress.ThisInstance);
            request.Headers.Add("Accept", held.IsHeld ? ControlAddress.DeltaOrWhole : ControlAddress.MediaType);
            // A connection that was cut without a word answers nothing, for ever.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(wait + Patience);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            limit.CancelAfter(PatienceWithBody);
            await response.Content.LoadIntoBufferAsync(BackchannelHttp.MaxAnswer, limit.Token);
            contact.Compare(response);
            if (response.StatusCode == HttpStatusCode.NotModified && tag is not null)
            {
                var silence = ControlAddress.SilenceOf(response);
                holder.Confirm(silence);
                if (silence == TimeSpan.Zero)
                    store.Confirm(holder.Current!.Revision, keys.Current, keys.IsPublished(signedWith!));
                contact.Heard(silence);
                return true;
            }

            if (response.StatusCode == HttpStatusCode.OK)
                return await TakeAsync(response, limit.Token);
            Log.Refused(logger, (int)response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token));
            contact.Failed($"The control plane answered {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or MarketplaceTokenException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Log.Unreachable(logger, e.Message);
            contact.Failed(e is OperationCanceledException ? "The control plane does not answer." : e.Message);
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
            contact.Failed($"What the control plane sent was not accepted: {reading.Problem}.");
            var asksWhole = isDelta && held.IsHeld;
            held.Forget();
            return asksWhole;
        }

        held.Hold(jws!);
        var silence = ControlAddress.SilenceOf(response);
        holder.Replace(policy, silence);
        contact.Heard(silence);
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

    private string Address(TimeSpan wait) => ControlAddress.Following(
        ControlAddress.SnapshotPath(options.Value.Api!, options.Value.Version!, options.Value.Environment!), tag, (int)wait.TotalSeconds);

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
