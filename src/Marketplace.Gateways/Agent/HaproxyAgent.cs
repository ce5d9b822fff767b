using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Gateways.Haproxy;
using Marketplace.Jose;

namespace Marketplace.Gateways.Agent;

/// <summary>
/// Stands beside a service: pulls the signed policy, and lets haproxy enforce it. When the marketplace is away it goes
/// on with the last policy; it starts from the one on its own disk, verified again.
/// </summary>
/// <param name="options">What to protect.</param>
/// <param name="http">For the marketplace. Its own timeout must be longer than a long poll.</param>
/// <param name="time">The clock.</param>
/// <param name="enforced">Told each policy that haproxy enforces from now on.</param>
/// <param name="log">Told in one line what happens.</param>
public sealed class HaproxyAgent(HaproxyAgentOptions options, HttpClient http, TimeProvider time, Action<PolicySnapshot> enforced, Action<string> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly MarketplaceConnection marketplace = new(options, http, time);
    private readonly PolicyVerifier verifier = new(options.ExpectedIssuer, options.Api, options.Version, options.Environment);
    private readonly PolicyStore store = new(options.Folder);

    private (JwkSet Set, string Json, string? Tag, DateTimeOffset At)? keys;
    private (PolicySnapshot Policy, string? Tag)? policy;
    private long enforcedRevision = -1;

    /// <summary>Runs until it is cancelled; haproxy ends with it.</summary>
    /// <exception cref="GatewayException">haproxy is not installed, or an option is wrong.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var counts = new CallCounts(time);
        using var end = new CancellationTokenSource();
        var reporting = options.ReportUsage ? Reporter(counts).RunAsync(end.Token) : Task.CompletedTask;
        try
        {
            await RunAsync(line => UsageLine.Count(line, counts), cancel);
        }
        finally
        {
            // haproxy has ended, and what it told of the last calls is counted.
            await end.CancelAsync();
            await reporting;
        }
    }

    private UsageReporter Reporter(CallCounts counts)
    {
        var line = new UsageReport { Api = options.Api, Version = options.Version, Environment = options.Environment, Start = 0, Sequence = 0, Rows = [] };
        return new UsageReporter(counts, line, new MarketplaceConnection(options, http, time).ReportAsync, time, log);
    }

    private async Task RunAsync(Action<string> said, CancellationToken cancel)
    {
        var settings = Settings();
        await using var runner = new HaproxyRunner(HaproxyProgram.Find(options.Program), options.Folder, settings.RuntimeSocket, said, log);
        LoadFromDisk();
        var pause = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await EnforceAsync(runner, settings, cancel);
                await PullAsync(cancel);
                await EnforceAsync(runner, settings, cancel);
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or GatewayException or IOException or JsonException)
            {
                pause = TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds * 2, 1, LongestPause.TotalSeconds));
                log($"{e.Message} {(policy is null ? "There is no policy yet: nothing is let through." : "The last policy stays in force.")} Next try in {pause.TotalSeconds:0} s.");
                await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PullAsync(CancellationToken cancel)
    {
        if (keys is null)
            await PullKeysAsync(cancel);
        else if (time.GetUtcNow() - keys.Value.At >= options.KeysAge)
            await RefreshKeysAsync(cancel);
        var (jws, tag) = await marketplace.SnapshotAsync(policy?.Tag, cancel);
        if (jws is null)
            return;
        PolicySnapshot received;
        try
        {
            received = verifier.Verify(jws, keys!.Value.Set);
        }
        catch (GatewayException)
        {
            // It may be signed with a key that is newer than ours.
            await PullKeysAsync(cancel);
            received = verifier.Verify(jws, keys!.Value.Set);
        }

        if (policy is { } held && received.Revision < held.Policy.Revision)
            throw new GatewayException($"The marketplace sent revision {received.Revision} and {held.Policy.Revision} is known: an older policy is never taken.");
        policy = (received, tag);
        store.Save(jws, keys.Value.Json);
    }

    /// <summary>Good keys are not given up because newer ones cannot be had now, and no revocation waits for them.</summary>
    private async Task RefreshKeysAsync(CancellationToken cancel)
    {
        try
        {
            await PullKeysAsync(cancel);
        }
        catch (Exception e) when (e is HttpRequestException or GatewayException)
        {
            log($"{e.Message} The keys known so far stay in force.");
        }
    }

    private async Task PullKeysAsync(CancellationToken cancel)
    {
        var (json, tag) = await marketplace.KeysAsync(keys?.Tag, cancel);
        if (json is null)
        {
            keys = keys!.Value with { At = time.GetUtcNow() };
            return;
        }

        if (!JwkSet.TryParse(json, out var set) || set.Keys.Count == 0)
            throw new GatewayException("The marketplace published no usable keys.");
        keys = (set, json, tag, time.GetUtcNow());
        store.SaveKeys(json);
    }

    private void LoadFromDisk()
    {
        if (store.Load() is not var (jws, json) || !JwkSet.TryParse(json, out var set))
            return;
        try
        {
            policy = (verifier.Verify(jws, set), null);
            keys = (set, json, null, DateTimeOffset.MinValue);
        }
        catch (GatewayException e)
        {
            log($"The policy on disk is not used. {e.Message}");
        }
    }

    private async Task EnforceAsync(HaproxyRunner runner, HaproxyOptions settings, CancellationToken cancel)
    {
        if (policy is not { } held)
            return;
        await runner.ApplyAsync(HaproxyFiles.Generate(held.Policy, keys!.Value.Set, settings, time.GetUtcNow()), cancel);
        if (enforcedRevision == held.Policy.Revision)
            return;
        enforcedRevision = held.Policy.Revision;
        enforced(held.Policy);
    }

    private HaproxyOptions Settings() => new HaproxyOptions
    {
        Bind = options.Bind,
        Backend = options.Backend,
        BasePath = options.BasePath,
        Certificate = options.Certificate is { } certificate ? Path.GetFullPath(certificate) : null,
        Issuer = options.ExpectedIssuer,
        RuntimeSocket = Path.Combine(Path.GetFullPath(options.Folder), "haproxy.sock"),
        ReportUsage = options.ReportUsage,
        User = HaproxyProgram.UserToBecome(),
    }.Checked();
}
