using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Testing.Enforcement;

/// <summary>Sends a request byte for byte: HttpClient would canonicalise the path, which is what is under test.</summary>
public static class RawHttp
{
    public static async Task<RawResponse> SendAsync(int port, EnforcementCase request, TestIssuer issuer, CancellationToken cancel = default)
    {
        for (var i = 0; i < request.Before; i++)
            await SendAsync(port, request with { Before = 0 }, issuer, cancel);
        return await SendAsync(port, request.Method, request.Target, [.. request.Headers, .. issuer.AuthorizationLines(request.Token)], cancel);
    }

    public static async Task<RawResponse> SendAsync(
        int port, string method, string target, IEnumerable<string> headers, CancellationToken cancel = default)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port, cancel);
        await using var stream = new NetworkStream(socket);
        // RFC 9112 §3.2: Host equals the authority of an absolute target.
        var host = Uri.TryCreate(target, UriKind.Absolute, out var absolute) && absolute.Scheme == "http" ? absolute.Authority : $"localhost:{port}";
        string[] lines = [$"{method} {target} HTTP/1.1", $"Host: {host}", "Connection: close", .. headers];
        var length = method is "POST" or "PUT" or "PATCH" ? "Content-Length: 0\r\n" : "";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n" + length + "\r\n"), cancel);

        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, cancel);
        return RawResponse.Parse(Encoding.UTF8.GetString(answer.ToArray()));
    }
}

/// <summary>An answer; header names in any case.</summary>
public sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Reason => Headers.GetValueOrDefault("Marketplace-Reason");

    public string? LetThrough => Headers.GetValueOrDefault("Marketplace-Let-Through");

    public string? Operation => Headers.GetValueOrDefault(TestProvider.OperationHeader);

    internal static RawResponse Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            throw new InvalidDataException($"Not an HTTP answer: '{text}'");
        var lines = text[..end].Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = text[(end + 4)..];
        var chunked = headers.TryGetValue("Transfer-Encoding", out var coding) && coding == "chunked";
        return new RawResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, chunked ? Dechunk(body) : body);
    }

    private static string Dechunk(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body).AsSpan();
        var whole = new StringBuilder();
        while (true)
        {
            var line = bytes.IndexOf("\r\n"u8);
            var size = int.Parse(bytes[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return whole.ToString();
            whole.Append(Encoding.UTF8.GetString(bytes.Slice(line + 2, size)));
            bytes = bytes[(line + 2 + size + 2)..];
        }
    }
}
