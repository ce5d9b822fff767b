using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Usage;

/// <summary>
/// Sends what a data plane counts, every ten seconds and once more at the end. What is not acknowledged is sent again,
/// the same as before, so that it counts once; meanwhile <see cref="CallCounts"/> goes on counting within its bounds.
/// A process that is killed takes along what it had not sent.
/// </summary>
/// <param name="counts">What is sent.</param>
/// <param name="line">API, version and environment that are called; the rest of it is filled in.</param>
/// <param name="send">Sends a request, with the data plane's token, to an address relative to the marketplace's.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told in one sentence when it fails, and when it works again.</param>
public sealed class UsageReporter(
    CallCounts counts, UsageReport line, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, TimeProvider time, Action<string> log)
{
    private const int Interval = 10_000;
    private const double LongestPause = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(3);
    private static long lastStart;
    private readonly long start = Begin(time);
    private long sequence;
    private UsageReport? waiting;
    private TimeSpan? askedToWait;
    private int failures;

    /// <summary>Until it is cancelled, and once more then.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Pause(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.IsCancellationRequested)
                await FlushAsync(Patience);
        }

        await FlushAsync(PatienceAtTheEnd);
    }

    /// <summary>Sends all there is; false when some of it was not acknowledged.</summary>
    public async Task<bool> FlushAsync(TimeSpan patience)
    {
        using var ends = new CancellationTokenSource(patience);
        while ((waiting ??= Next()) is { } report)
        {
            askedToWait = null;
            if (await TrySendAsync(report, ends.Token) is { } problem)
            {
                if (failures++ == 0)
                    log($"Usage is not reported; it is kept and sent again. {problem}");
                return false;
            }

            if (failures > 0)
                log("Usage is reported again.");
            (waiting, failures) = (null, 0);
        }

        return true;
    }

    private UsageReport? Next()
    {
        var (rows, dropped) = counts.Take(UsageLimits.MaxRows);
        return rows.Count == 0 && dropped == 0 ? null : line with { Start = start, Sequence = ++sequence, Rows = rows, Dropped = dropped };
    }

    private async Task<string?> TrySendAsync(UsageReport report, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, UsageReport.Path)
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, UsageJson.Default.UsageReport)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(ControlAddress.InstanceHeader, ControlAddress.ThisInstance);
            using var response = await send(request, cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
                return null;
            var answer = $"The control plane answered {(int)response.StatusCode}. {await response.Content.ReadAsStringAsync(cancellation)}";
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge)
            {
                // It will never be taken, and must not keep the next ones from being.
                log($"A usage report is given up. {answer}");
                counts.Drop(report.Rows.Sum(row => row.Count));
                return null;
            }

            askedToWait = response.Headers.RetryAfter?.Delta;
            return answer;
        }
        catch (Exception e)
        {
            // Whatever it is, calls go on and so does the next try.
            return e.Message;
        }
    }

    // Full jitter after a failure, so that data planes do not come back in step after an outage.
    private TimeSpan Pause()
    {
        if (failures == 0)
            return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(Interval * 8 / 10, Interval * 12 / 10));
        var longest = (int)Math.Min(LongestPause, Interval * Math.Pow(2, failures - 1));
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1000, longest)) + (askedToWait ?? TimeSpan.Zero);
    }

    // Two of one process never have the same one, however close together they begin.
    private static long Begin(TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            var last = Volatile.Read(ref lastStart);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref lastStart, next, last) == last)
                return next;
        }
    }
}
