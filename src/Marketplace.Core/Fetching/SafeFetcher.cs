using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Core.Fetching;

/// <summary>
/// Gets what is at a URL that a person typed, without becoming that person's way into our network: the address is
/// checked when the connection is made, so that neither DNS that changes its answer nor a redirect leads around it.
/// Size and time are bounded.
/// </summary>
internal sealed class SafeFetcher : IDisposable
{
    private readonly FetchLimits _limits;
    private readonly HttpMessageInvoker _http;

    public SafeFetcher(FetchOptions options, FetchLimits limits)
    {
        _limits = limits;
        _http = Connecting(options);
    }

    /// <summary>The one way out of Core: what is fetched here, and what a relay passes on.</summary>
    internal static HttpMessageInvoker Connecting(FetchOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        Credentials = null,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseHeadersLength = 32,
        ConnectCallback = (context, cancellation) => CheckedConnection.OpenAsync(options, context.DnsEndPoint, cancellation),
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = { CertificateChainPolicy = options.ChainPolicy() },
    });

    public void Dispose() => _http.Dispose();

    public async Task<Fetched> GetAsync(string url, string accept, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_limits.Timeout);
        try
        {
            for (var hop = 0; hop <= _limits.MaxRedirects; hop++)
            {
                if (Parse(url) is not { } uri)
                    return new(FetchFailure.InvalidUrl);
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                request.Headers.TryAddWithoutValidation("Accept", accept);
                request.Headers.TryAddWithoutValidation("User-Agent", "Marketplace");
                using var response = await _http.SendAsync(request, deadline.Token);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                    url = new Uri(uri, location).AbsoluteUri;
                else if (response.IsSuccessStatusCode)
                    return await ReadAsync(response, deadline.Token);
                else
                    return new(FetchFailure.Status, Status: (int)response.StatusCode);
            }
            return new(FetchFailure.TooManyRedirects);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(FetchFailure.Timeout);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefused)
        {
            return new(FetchFailure.Forbidden);
        }
        // The last two: a Location that is no address, and a body that is not compressed as it says.
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException or UriFormatException or InvalidOperationException)
        {
            return new(FetchFailure.Unreachable);
        }
    }

    private Uri? Parse(string url) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && !_limits.HttpsOnly)) ? uri : null;

    private async Task<Fetched> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > _limits.MaxBytes)
                return new(FetchFailure.TooLarge);
            body.Write(buffer, 0, read);
        }
        return new(FetchFailure.None, new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length), (int)response.StatusCode, Fetched.Freshness(response.Headers));
    }

    /// <summary>Issuers that a certificate names by URL are not downloaded: that would be a fetch without any of these checks.</summary>
}
