using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.Host.Tests.Drills;

/// <summary>One answer to one call.</summary>
/// <param name="Plane">Which data plane was asked.</param>
/// <param name="IsGranted">Whether its grant stands all the time; else it is the one that drills revoke.</param>
/// <param name="SentAt">On the monotonic clock.</param>
/// <param name="AnsweredAt">On the monotonic clock.</param>
/// <param name="Verdict">allowed, a reason code, "status N", or "unanswered" by a data plane that is not there.</param>
internal readonly record struct Answer(string Plane, bool IsGranted, long SentAt, long AnsweredAt, string Verdict);

/// <summary>
/// Calls to one data plane without pause, on a grant that stands and on one that drills revoke, and counts every answer.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    public const string Allowed = "allowed";
    public const string Unanswered = "unanswered";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly Task _running;

    public Load(string plane, Uri target, Caller caller)
    {
        (Plane, _http.BaseAddress) = (plane, target);
        _running = Task.WhenAll(RunAsync(true, "payments", () => caller.Token), RunAsync(false, "payments/1", () => caller.TokenWithRevocable));
    }

    public string Plane { get; }

    /// <summary>What was sent at or after this moment.</summary>
    public IReadOnlyList<Answer> Since(long moment) => [.. _answers.Where(answer => answer.SentAt >= moment)];

    /// <summary>The answer to the last call on the grant that stands.</summary>
    public string? LastOfGranted => _answers.LastOrDefault(answer => answer.IsGranted).Verdict;

    /// <summary>The answer to the last call on the grant that drills revoke.</summary>
    public string? LastOfRevocable => _answers.LastOrDefault(answer => !answer.IsGranted).Verdict;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _http.Dispose();
    }

    private async Task RunAsync(bool isGranted, string path, Func<string?> token)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (token() is { } credential)
            {
                var sent = Stopwatch.GetTimestamp();
                var verdict = await AskAsync(path, credential);
                _answers.Enqueue(new(Plane, isGranted, sent, Stopwatch.GetTimestamp(), verdict));
            }
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> AskAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await _http.SendAsync(request);
            if (answer.Headers.TryGetValues("Marketplace-Reason", out var reasons)) return reasons.Single();
            // There is no payment 1: that was said by the service, to which the call was let through.
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound ? Allowed : $"status {(int)answer.StatusCode}";
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            return Unanswered;
        }
    }
}
