using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Marketplace.Core.Fetching;

namespace Marketplace.Core.Notifications.Webhooks;

/// <param name="Status">Null when nobody answered.</param>
/// <param name="Answer">The beginning of what was answered, or why nobody was heard.</param>
/// <param name="RetryAfter">How long the receiver asks us to wait.</param>
internal sealed record WebhookAnswer(int? Status, string Answer, TimeSpan? RetryAfter)
{
    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>Not what it was sent is the trouble, but that it was sent.</summary>
    public bool IsAway => Status is null or 429 or 503;
}

/// <summary>Posts to an address that a team gave, with the checks of every other fetch; follows no redirect and reads little of the answer.</summary>
public sealed class WebhookSender(FetchOptions options, TellingSettings settings, WebhookSecrets secrets, TimeProvider clock)
{
    private const int ExcerptBytes = 1024;
    private const int ExcerptLength = 300;

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _send = SafeFetcher.Connecting(options with { AllowedInternalHosts = options.WebhookHosts }).SendAsync;

    internal async Task<WebhookAnswer> SendAsync(Webhook webhook, Notification notification, CancellationToken cancellation)
    {
        if (WebhookUrl.Read(webhook.Url, options) is not { Succeeded: true } url)
            return new(null, "Its URL may not be used any more: it is not https, and the host is not one that an operator has named.", null);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            using var request = Request(webhook, url.Value, notification);
            using var response = await _send(request, deadline.Token);
            return new((int)response.StatusCode, await ExcerptAsync(response, deadline.Token), RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, $"It did not answer within {Patience.TotalSeconds:0} seconds.", null);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefused)
        {
            return new(null, $"{url.Value.Host} is in a private network; an operator may allow it in MARKETPLACE_WEBHOOK_HOSTS.", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            return new(null, $"It cannot be reached: {(e.InnerException ?? e).Message}", null);
        }
    }

    private HttpRequestMessage Request(Webhook webhook, Uri url, Notification notification)
    {
        var now = clock.GetUtcNow();
        var (id, timestamp, body) = (WebhookPayload.IdOf(notification.Id), now.ToUnixTimeSeconds(), WebhookPayload.Of(notification, settings.PublicUrl));
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Marketplace");
        // Standard Webhooks 1.0, "Webhook Headers".
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.TryAddWithoutValidation("webhook-signature", secrets.Sign(webhook, id, timestamp, body, now));
        return request;
    }

    private static async Task<string> ExcerptAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[ExcerptBytes];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        var text = Encoding.UTF8.GetString(buffer, 0, read);
        return new string([.. text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c).Take(ExcerptLength)]).Trim();
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } asked && asked > TimeSpan.Zero ? (asked < LongestWait ? asked : LongestWait) : null;
    }
}
