using System.Threading.Channels;
using Marketplace.Jose;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Clients;

/// <summary>
/// Lets each client assertion pass once, whichever replica it reaches (RFC 7523 §3, "jti"): this process's memory
/// first, then one insert that all assertions of a moment share. What memory has no room for, the table alone decides.
/// Without the database memory alone decides, health says so, and what was used meanwhile is told to the others
/// afterwards. docs/decisions/0011 says why.
/// </summary>
internal sealed partial class SpentAssertions(
    SpentStore store, TimeProvider clock, ILogger<SpentAssertions> logger) : BackgroundService, IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "client-assertions";

    private const int MaxBatch = 1000;
    private const int MaxWaiting = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // Longer than an assertion can live: 300 s ahead, and 10 s of skew at both ends.
    private readonly ReplayGuard _memory = new(clock, TimeSpan.FromSeconds(330));

    private readonly Channel<Spent> _waiting = Channel.CreateBounded<Spent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private long _aloneSince;
    private long _untoldUntil;

    /// <summary>True the first time, false ever after.</summary>
    public async ValueTask<bool> TryUseAsync(string clientId, ClientAssertion assertion)
    {
        var key = ReplayGuard.KeyOf(clientId, assertion.Id);
        var isRemembered = _memory.TryUse(key);
        if (!isRemembered && !_memory.HasNoRoomFor(key))
            return false;
        var spent = new Spent(key, DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(assertion.Expires) + 2 * JwtTimes.MaxSkew, isRemembered);
        var queued = _waiting.Writer.TryWrite(spent);
        if (!queued)
            LeaveUntold(spent);
        return !queued || IsAlone ? isRemembered : await spent.IsFirst.Task;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Spent>();
        try
        {
            while (IsAlone || batch.Count > 0 || await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var spent))
                    batch.Add(spent);
                if (!await TellAsync(batch, stoppingToken))
                    await WaitAloneAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            batch.ForEach(spent => spent.IsFirst.TrySetResult(spent.IsRemembered));
        }
    }

    private HealthCheckResult Check()
    {
        const string Consequence = "an assertion used here could be used once more at another replica.";
        var untold = DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _untoldUntil));
        if (untold > clock.GetUtcNow())
            return HealthCheckResult.Degraded($"More assertions came than could be kept to tell the other replicas of; until {untold:u} {Consequence}");
        return IsAlone
            ? HealthCheckResult.Degraded(
                $"The database has not answered since {DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _aloneSince)):u}; {Consequence}")
            : HealthCheckResult.Healthy("An assertion passes once in all replicas.");
    }

    /// <summary>What this replica has seen.</summary>
    internal ReplayGuard Memory => _memory;

    private bool IsAlone => Interlocked.Read(ref _aloneSince) != 0;

    private async Task<bool> TellAsync(List<Spent> batch, CancellationToken stopping)
    {
        var wasAlone = IsAlone;
        var told = batch.GetRange(0, Math.Min(batch.Count, MaxBatch));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            var used = await PatientlyAsync(store.InsertAsync(told, patience.Token), batch);
            // The insert does not tell apart two of the same that it was given; memory may have had no room to.
            var seen = new HashSet<Int128>(told.Count);
            foreach (var spent in told)
                spent.IsFirst.TrySetResult(seen.Add(spent.Key) && !used.Contains(spent.Key));
            batch.RemoveRange(0, told.Count);
            // While there is much to catch up on, nobody waits behind it.
            if (batch.Count + _waiting.Reader.Count < MaxBatch && Interlocked.Exchange(ref _aloneSince, 0) != 0)
                Log.Together(logger);
            return true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Whatever it is: somebody waits for an answer.
            GoAlone(batch);
            if (!wasAlone)
                Log.Alone(logger, e);
            await store.DisposeAsync();
            return false;
        }
    }

    /// <summary>
    /// What hangs takes time to be cancelled too, and nobody waits for that. This does, also when the process stops: a
    /// connection that is closed while it is in use never ends closing.
    /// </summary>
    private async Task<IReadOnlySet<Int128>> PatientlyAsync(Task<IReadOnlySet<Int128>> inserting, List<Spent> batch)
    {
        try
        {
            return await inserting.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            GoAlone(batch);
            return await inserting;
        }
    }

    /// <summary>There is no room to keep it until the others can be told.</summary>
    private void LeaveUntold(Spent spent)
    {
        Interlocked.Exchange(ref _untoldUntil, spent.Expires.ToUnixTimeMilliseconds());
        spent.IsFirst.TrySetResult(spent.IsRemembered);
    }

    /// <summary>Who waits, here or in the queue, is answered by memory; who comes from now on does not wait.</summary>
    private void GoAlone(List<Spent> batch)
    {
        Interlocked.CompareExchange(ref _aloneSince, clock.GetUtcNow().ToUnixTimeMilliseconds(), 0);
        while (_waiting.Reader.TryRead(out var spent))
        {
            if (batch.Count < MaxWaiting)
                batch.Add(spent);
            else
                LeaveUntold(spent);
        }
        batch.ForEach(spent => spent.IsFirst.TrySetResult(spent.IsRemembered));
    }

    /// <summary>What was used stays in the batch until it is told or has expired.</summary>
    private async Task WaitAloneAsync(List<Spent> batch, CancellationToken stopping)
    {
        await Task.Delay(RetryAfter, stopping);
        var now = clock.GetUtcNow();
        batch.RemoveAll(spent => spent.Expires < now);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "Used assertions cannot be told to other replicas; this one's memory decides alone.")]
        public static partial void Alone(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "Used assertions are told to other replicas again.")]
        public static partial void Together(ILogger logger);
    }
}

/// <summary>An assertion that this replica has just seen for the first time, and who waits to hear whether all others have not.</summary>
/// <param name="Key">What it is known by.</param>
/// <param name="Expires">When nobody would accept it any more.</param>
/// <param name="IsRemembered">Whether memory knows it from now on; otherwise the table alone can say that it is new.</param>
internal sealed record Spent(Int128 Key, DateTimeOffset Expires, bool IsRemembered)
{
    public TaskCompletionSource<bool> IsFirst { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
