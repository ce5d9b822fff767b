using System.Net;
using System.Net.Sockets;

namespace Marketplace.Core.Catalog.Documents;

public sealed record DocumentFetcherOptions
{
    /// <summary>Hosts inside the company that documents may come from, such as <c>git.bank.example</c>, and <c>host:port</c>.</summary>
    public IReadOnlyList<string> AllowedInternalHosts { get; init; } = [];

    public int MaxBytes { get; init; } = DocumentLimits.Default.MaxBytes;

    public int MaxRedirects { get; init; } = 3;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// Gets a document from a URL that a person typed, without becoming that person's way into our network: the address is
/// checked when the connection is made, so that neither DNS that changes its answer nor a redirect leads around it.
/// </summary>
public sealed class DocumentFetcher : IDisposable
{
    private readonly DocumentFetcherOptions _options;
    private readonly HttpMessageInvoker _http;

    public DocumentFetcher(DocumentFetcherOptions options)
    {
        _options = options;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 32,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.Zero,
        });
    }

    public void Dispose() => _http.Dispose();

    public async Task<Outcome<ReadOnlyMemory<byte>>> FetchAsync(string url, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            for (var hop = 0; hop <= _options.MaxRedirects; hop++)
            {
                if (Parse(url) is not { } uri)
                    return Refuse("url_invalid", "Give a URL that starts with https:// or http://, without a user name in it.");
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                request.Headers.TryAddWithoutValidation("Accept", "application/json, application/yaml, text/yaml, */*;q=0.5");
                request.Headers.TryAddWithoutValidation("User-Agent", "Marketplace");
                using var response = await _http.SendAsync(request, deadline.Token);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                    url = new Uri(uri, location).AbsoluteUri;
                else if (response.IsSuccessStatusCode)
                    return await ReadAsync(response.Content, deadline.Token);
                else
                    return Refuse("url_status", $"The server answered {(int)response.StatusCode}. Open the URL in a browser to see why, or upload the document.");
            }
            return Refuse("url_redirects", $"The URL leads on more than {_options.MaxRedirects} times. Give the last one.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refuse("url_timeout", $"The server did not deliver the document within {_options.Timeout.TotalSeconds:0} seconds. Upload it instead.");
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefused)
        {
            return Refuse("url_forbidden", "This host is inside a private network; documents are not fetched from there. Upload the document, or ask an administrator to allow the host.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            return Refuse("url_unreachable", "The server cannot be reached or did not speak HTTP. Check the URL, or upload the document.");
        }
    }

    private static Uri? Parse(string url) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 ? uri : null;

    private async Task<Outcome<ReadOnlyMemory<byte>>> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > _options.MaxBytes)
                return Refuse(DocumentProblemCode.TooLarge, $"The document is larger than {_options.MaxBytes / 1024 / 1024} MB. Remove examples, or split it into several APIs.");
            body.Write(buffer, 0, read);
        }
        return new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var allowed = _options.AllowedInternalHosts.Any(h =>
            h.Equals(host, StringComparison.OrdinalIgnoreCase) || h.Equals($"{host}:{context.DnsEndPoint.Port}", StringComparison.OrdinalIgnoreCase));
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        var usable = allowed ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (usable.Length == 0)
            throw new AddressRefused();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Problem Refuse(string code, string message) => new(code, message, "url");

    private sealed class AddressRefused : IOException;
}
