using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Tokens.Issue;

/// <summary>The body of a request to one of our endpoints: each parameter once; one sent without a value counts as not sent (RFC 6749 §3.2).</summary>
internal sealed class FormParameters
{
    /// <summary>Longest body that is read, in bytes.</summary>
    public const int MaxBody = 64 * 1024;

    private readonly Dictionary<string, string> _values;

    private FormParameters(Dictionary<string, string> values) => _values = values;

    public string? this[string name] => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public static async ValueTask<(FormParameters?, TokenRefusal?)> ReadAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return (null, TokenRefusal.InvalidRequest("Send application/x-www-form-urlencoded."));
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaxBody)
            {
                reader.AdvanceTo(read.Buffer.End);
                // What is left of it is not read, so the connection cannot be used again.
                context.Response.Headers.Connection = "close";
                return (null, TokenRefusal.InvalidRequest("The body is longer than 64 KB."));
            }
            if (read.IsCompleted)
            {
                var result = read.Buffer.IsSingleSegment ? Read(read.Buffer.FirstSpan) : Read(read.Buffer.ToArray());
                reader.AdvanceTo(read.Buffer.End);
                return result;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static (FormParameters?, TokenRefusal?) Read(ReadOnlySpan<byte> body)
    {
        if (FormReader.Read(body) is not { } pairs)
            return (null, TokenRefusal.InvalidRequest("The body is not well-formed application/x-www-form-urlencoded."));
        var values = new Dictionary<string, string>(pairs.Count, StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (values.TryAdd(name, value))
                continue;
            return (null, name == "resource"
                ? TokenRefusal.InvalidTarget("A token is for one resource; ask for one token each.")
                : TokenRefusal.InvalidRequest("A parameter is sent more than once."));
        }
        return (new FormParameters(values), null);
    }
}
