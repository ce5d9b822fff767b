using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Agent;

/// <summary>What a gateway asks of the marketplace: its own token, the keys, and the policy as long as it is news.</summary>
internal sealed class MarketplaceConnection(HaproxyAgentOptions options, HttpClient http, TimeProvider time)
{
    private readonly string root = options.Marketplace.OriginalString.TrimEnd('/');
    // As much as tokens are allowed, and what is lost by whole seconds.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan PatienceWithBody = TimeSpan.FromSeconds(60);
    private (string Value, DateTimeOffset RenewAt)? token;
    private (string? Tag, byte[] Payload) held;

    /// <summary>How far this machine's clock is ahead of the marketplace's; null while it is within the skew that tokens are allowed.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <summary>The keys as published; null when they are the same as the last time.</summary>
    public async Task<Fetched> KeysAsync(string? tag, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, root + "/.well-known/jwks.json");
        return await FetchAsync(request, tag, TimeSpan.FromSeconds(10), cancel);
    }

    /// <summary>The signed snapshot as soon as it is not the tagged one any more; null when that did not happen in time.</summary>
    public async Task<Fetched> SnapshotAsync(string? tag, TimeSpan longest, CancellationToken cancel)
    {
        var wait = tag is null ? TimeSpan.Zero : longest;
        var path = ControlAddress.Following(ControlAddress.SnapshotPath(options.Api, options.Version, options.Environment), tag, (int)wait.TotalSeconds);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{root}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancel));
        request.Headers.Add(ControlAddress.InstanceHeader, ControlAddress.ThisInstance);
        // Where the last answer was not taken, the tag is still that of the one before, and the whole is asked for.
        request.Headers.Add("Accept", tag is not null && tag == held.Tag ? ControlAddress.DeltaOrWhole : ControlAddress.MediaType);
        try
        {
            var answer = await FetchAsync(request, tag, wait + TimeSpan.FromSeconds(10), cancel);
            if (answer.Text is not { } text)
                return answer;
            var jws = answer.IsDelta ? SnapshotDelta.Apply(Encoding.UTF8.GetBytes(text), held.Payload, SignedPolicy.MaxLength) : text;
            held = jws is null ? default : (answer.Tag, SnapshotDelta.PayloadOf(jws));
            return answer with { Text = jws ?? throw new GatewayException("The marketplace sent what is no delta to the policy in force.") };
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized)
        {
            token = null;
            throw;
        }
    }

    /// <summary>Sends a report to an address relative to the marketplace's. One at a time, through a connection of its own.</summary>
    public async Task<HttpResponseMessage> ReportAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.RequestUri = new Uri($"{root}/{request.RequestUri}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancel));
        var response = await http.SendAsync(request, cancel);
        if (response.StatusCode is HttpStatusCode.Unauthorized)
            token = null;
        return response;
    }

    private async Task<Fetched> FetchAsync(HttpRequestMessage request, string? tag, TimeSpan patience, CancellationToken cancel)
    {
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await SendAsync(request, patience, cancel);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return new(null, tag, ControlAddress.SilenceOf(response));
        await DemandSuccessAsync(request, response, cancel);
        return new(await response.Content.ReadAsStringAsync(cancel), response.Headers.ETag?.ToString(), ControlAddress.SilenceOf(response),
            response.Content.Headers.ContentType?.MediaType == SnapshotDelta.MediaType);
    }

    /// <summary>Client credentials (RFC 6749 §4.4) for the control plane; renewed when four fifths of its life are over.</summary>
    private async Task<string> TokenAsync(CancellationToken cancel)
    {
        if (token is { } held && time.GetUtcNow() < held.RenewAt)
            return held.Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, root + "/oauth/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["resource"] = ControlAddress.Audience }),
        };
        // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        var credentials = $"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var response = await SendAsync(request, TimeSpan.FromSeconds(10), cancel);
        await DemandSuccessAsync(request, response, cancel);
        var (value, life) = Read(await response.Content.ReadAsByteArrayAsync(cancel));
        token = (value, time.GetUtcNow().AddSeconds(life * 0.8));
        return value;
    }

    private static (string Token, int Seconds) Read(byte[] json)
    {
        using var answer = JsonDocument.Parse(json);
        return answer.RootElement is { ValueKind: JsonValueKind.Object } body
            && body.TryGetProperty("access_token", out var value) && value.ValueKind == JsonValueKind.String
            && body.TryGetProperty("expires_in", out var life) && life.TryGetInt32(out var seconds)
                ? (value.GetString()!, seconds)
                : throw new GatewayException("The marketplace answered without a token.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            limit.CancelAfter(PatienceWithBody);
            await response.Content.LoadIntoBufferAsync(SignedPolicy.MaxLength, limit.Token);
            // The Date of an answer (RFC 9110 §6.6.1); what a cache kept says nothing of now.
            if (response.Headers is { Date: { } there, Age: null })
                ClockAhead = time.GetUtcNow() - there is var ahead && ahead.Duration() > Skew ? ahead : null;
            return response;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException($"{request.RequestUri} did not answer in {patience.TotalSeconds:0} s.", e);
        }
    }

    private static async Task DemandSuccessAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
            return;
        var body = await response.Content.ReadAsStringAsync(cancel);
        throw new HttpRequestException(
            $"{request.RequestUri?.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode}: {(body.Length > 300 ? body[..300] : body)}", null, response.StatusCode);
    }
}

/// <summary>What the marketplace answered.</summary>
/// <param name="Text">Null: the same as the last time.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Silence">How long ago the control plane itself last heard of changes.</param>
/// <param name="IsDelta">Whether the text is a change to what was held.</param>
internal readonly record struct Fetched(string? Text, string? Tag, TimeSpan Silence, bool IsDelta = false);
