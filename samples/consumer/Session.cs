using System.Collections.Concurrent;
using System.Security.Cryptography;
using Marketplace.Sdk;
using Microsoft.Extensions.Options;

namespace Marketplace.Samples.Consumer;

/// <summary>What one browser has entered, and its clients. In memory only: a restart forgets it.</summary>
/// <param name="options">Where things stand.</param>
/// <param name="identity">Who calls.</param>
/// <param name="byName">This service's own way to the provider; null for credentials that somebody pasted.</param>
public sealed class Session(ConsumerOptions options, MarketplaceClientOptions identity, Func<HttpClient>? byName = null) : IDisposable
{
    private readonly MarketplaceTokenSource tokens = new(identity);

    public string ClientId => identity.ClientId!;

    /// <summary>The SDK's handler gets the token, keeps it and renews it; here is nothing but the call.</summary>
    public async Task<Answer> SendAsync(Call call, string payment, bool viaGateway, DateOnly today, CancellationToken cancellation)
    {
        using var http = viaGateway ? At(options.Gateway) : byName?.Invoke() ?? At(options.Direct);
        using var request = new HttpRequestMessage(call.Method, new Uri(call.Target(payment, today), UriKind.Relative));
        if (call.Body is not null)
            request.Content = new StringContent(call.Body, null, "application/json");
        var shown = $"{call.Method} {new Uri(http.BaseAddress!, request.RequestUri!)}";
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var reason = response.Headers.TryGetValues("Marketplace-Reason", out var values) ? values.First() : null;
            return new Answer(call, shown, (int)response.StatusCode, response.ReasonPhrase ?? "", await response.Content.ReadAsStringAsync(cancellation), reason);
        }
        catch (MarketplaceTokenException refused)
        {
            return new Answer(call, shown, 0, "no token", refused.Message, refused.Error);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return new Answer(call, shown, 0, "no answer", fault.Message, null);
        }
    }

    public void Dispose() => tokens.Dispose();

    private HttpClient At(Uri address) =>
        new(new MarketplaceTokenHandler(tokens, options.Audience) { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false } })
        {
            BaseAddress = address,
            Timeout = ConsumerOptions.Patience,
        };
}

/// <param name="Call">What was called.</param>
/// <param name="Request">How.</param>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Phrase">The status in words.</param>
/// <param name="Body">What came back.</param>
/// <param name="Reason">Why it was refused: a reason code, or an OAuth error.</param>
public sealed record Answer(Call Call, string Request, int Status, string Phrase, string Body, string? Reason)
{
    /// <summary>When it came.</summary>
    public DateTimeOffset At { get; } = TimeProvider.System.GetUtcNow();
}

/// <summary>The sessions of the browsers that are here now.</summary>
public sealed class Sessions(IOptions<ConsumerOptions> options, IConfiguration configuration, IServiceProvider services) : IDisposable
{
    private const int Most = 100;
    private const string Cookie = "consumer";
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly Lazy<Session?> own = new(() => configuration.GetSection(MarketplaceClientOptions.Section).Get<MarketplaceClientOptions>() is { ClientId.Length: > 0 } identity
        ? new Session(options.Value, identity, () => services.GetRequiredService<IHttpClientFactory>().CreateClient(ByName.Client)) : null);

    public Session? Of(HttpContext context) =>
        context.Request.Cookies.TryGetValue(Cookie, out var id) && sessions.TryGetValue(id, out var session) ? session : own.Value;

    public Session Begin(HttpContext context, string clientId, string secret)
    {
        if (sessions.Count >= Most)
            Clear();
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        context.Response.Cookies.Append(Cookie, id, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
        return sessions[id] = new Session(
            options.Value, new MarketplaceClientOptions { Url = options.Value.Marketplace, ClientId = clientId, ClientSecret = secret });
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var id in sessions.Keys)
        {
            if (sessions.TryRemove(id, out var session))
                session.Dispose();
        }
    }
}
