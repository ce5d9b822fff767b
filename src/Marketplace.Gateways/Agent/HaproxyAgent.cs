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
    private readonly PolicyStore store = new(options.Folder, time, log);
    private readonly PolicyInForce known = new(options.MaxPolicyAge, time);

    private (JwkSet Set, string Json, string? Tag, long At)? keys;
    private bool keysAreOld;
    private long? enforcedRevision;
    private TimeSpan controlSilence;
    private volatile string? pullFault;
    private volatile string? haproxyFault;

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
        await using var status = StatusServer.Start(options.Status, Report);
        LoadFromDisk();
        haproxyFault = await FaultOfAsync(() => EnforceAsync(runner, settings, cancel), cancel);
        var pause = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            // Whatever keeps haproxy from taking one policy, the next one is asked for; and what is known is enforced
            // again and again, since grants end and policies age while nobody answers.
            pullFault = await FaultOfAsync(() => PullAsync(cancel), cancel);
            haproxyFault = await FaultOfAsync(() => EnforceAsync(runner, settings, cancel), cancel);
            if ((pullFault ?? haproxyFault) is not { } fault)
            {
                pause = TimeSpan.Zero;
                continue;
            }

            if (cancel.IsCancellationRequested)
                return;
            pause = TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds * 2, 1, LongestPause.TotalSeconds));
            log($"{fault} {(known.Policy is null ? "There is no policy yet: nothing is let through." : "The last policy stays in force.")} Next try in {pause.TotalSeconds:0} s.");
            await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<string?> FaultOfAsync(Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work();
            return null;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or GatewayException or IOException or UnauthorizedAccessException or JsonException)
        {
            return e.Message;
        }
    }

    private AgentReport Report() => new(enforcedRevision, known.Source, known.Age, pullFault ?? SilenceFault, store.Fault, haproxyFault, marketplace.ClockAhead);

    private string? SilenceFault => controlSilence > TimeSpan.Zero ? $"The control plane answers, and is itself cut off from its database since {controlSilence.TotalSeconds:0} s." : null;

    private async Task PullAsync(CancellationToken cancel)
    {
        if (keys is null)
            await PullKeysAsync(cancel);
        else if (keysAreOld || time.GetElapsedTime(keys.Value.At) >= options.KeysAge)
            await RefreshKeysAsync(cancel);
        // After a silence an answer at once, so that it is known to be over.
        var (jws, tag, silence, _) = await marketplace.SnapshotAsync(known.Tag, pullFault is null ? options.LongPoll : TimeSpan.Zero, cancel);
        controlSilence = silence;
        if (jws is null)
        {
            known.Confirm(silence);
            if (silence == TimeSpan.Zero)
                store.Confirm(keys!.Value.Json, known.Policy!.Revision);
            return;
        }

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

        if (known.Policy is { } held && received.Revision < held.Revision)
            throw new GatewayException($"The marketplace sent revision {received.Revision} and {held.Revision} is known: an older policy is never taken.");
        known.Replace(received, tag, silence);
        store.Save(jws, keys.Value.Json, received.Revision);
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
        var (json, tag, _, _) = await marketplace.KeysAsync(keys?.Tag, cancel);
        if (json is null)
        {
            (keys, keysAreOld) = (keys!.Value with { At = time.GetTimestamp() }, false);
            return;
        }

        if (!JwkSet.TryParse(json, out var set) || set.Keys.Count == 0)
            throw new GatewayException("The marketplace published no usable keys.");
        (keys, keysAreOld) = ((set, json, tag, time.GetTimestamp()), false);
        store.SaveKeys(json);
    }

    private void LoadFromDisk()
    {
        if (store.Load() is not { } kept || !JwkSet.TryParse(kept.Keys, out var set))
            return;
        try
        {
            var policy = verifier.Verify(kept.Jws, set);
            if (policy.Revision < kept.Revision)
                throw new GatewayException($"Its revision {policy.Revision} is older than {kept.Revision}, which was in force.");
            known.Restore(policy, kept.ConfirmedAt);
            (keys, keysAreOld) = ((set, kept.Keys, null, time.GetTimestamp()), true);
        }
        catch (GatewayException e)
        {
            log($"The policy on disk is not used. {e.Message}");
        }
    }

    private async Task EnforceAsync(HaproxyRunner runner, HaproxyOptions settings, CancellationToken cancel)
    {
        if (known.Policy is not { } policy)
            return;
        await runner.ApplyAsync(HaproxyFiles.Generate(policy, keys!.Value.Set, settings, time.GetUtcNow(), known.IsTooOld), cancel);
        if (enforcedRevision == policy.Revision)
            return;
        enforcedRevision = policy.Revision;
        enforced(policy);
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
        Threads = HaproxyProcess.Threads,
        User = HaproxyProgram.UserToBecome(),
    }.Checked();
}
