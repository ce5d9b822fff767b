using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Applications;

namespace Marketplace.Host.Tests.Drills;

/// <summary>
/// The consumer: gets a new token several times a second and uses it at once; where none is to be had, it goes on with
/// the last one, which lives for 300 s.
/// </summary>
internal sealed class Caller : IAsyncDisposable
{
    private const string Audience = "urn:marketplace:payments:v1:production";
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly RegisteredApplication _application;
    private readonly Task _running;
    private int _issued;
    private int _failed;

    public Caller(Uri marketplace, RegisteredApplication application)
    {
        _http = new HttpClient { BaseAddress = marketplace, Timeout = TimeSpan.FromSeconds(30) };
        _application = application;
        _running = RunAsync();
    }

    public string? Token { get; private set; }

    /// <summary>Issued while the grant that drills revoke stood.</summary>
    public string? TokenWithRevocable { get; private set; }

    /// <summary>Tokens that were got, and times that none was.</summary>
    public (int Issued, int Failed) Counts => (Volatile.Read(ref _issued), Volatile.Read(ref _failed));

    public async Task UseForRevocableAsync() => TokenWithRevocable = await IssueAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _http.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Token = await IssueAsync();
                Interlocked.Increment(ref _issued);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
            {
                Interlocked.Increment(ref _failed);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> IssueAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", Audience)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_application.ClientId}:{_application.Secret}")));
        using var answer = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("access_token").GetString()!;
    }
}
