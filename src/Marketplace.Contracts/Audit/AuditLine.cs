using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Marketplace.Contracts.Audit;

/// <summary>
/// One line of an export in JSON Lines: <c>{"sequence":7,"previous_hash":"…","hash":"…","event":{…}}</c>. The event
/// stands there byte for byte as it was hashed; where its content was erased, <c>"event"</c> is null.
/// </summary>
/// <param name="Sequence">Its place in the chain.</param>
/// <param name="Content">What the hash covers, in UTF-8; null where it was erased.</param>
/// <param name="PreviousHash">Of the event before it.</param>
/// <param name="Hash">Its own.</param>
/// <param name="Differing">Columns by which people search that say something else than the content.</param>
public sealed record AuditLine(long Sequence, ReadOnlyMemory<byte>? Content, byte[] PreviousHash, byte[] Hash, IReadOnlyList<string> Differing)
{
    /// <summary>The signed statement that ends an export stands on a line of its own.</summary>
    public static string StatementLine(string statement) => $$"""{"statement":"{{statement}}"}""" + "\n";

    /// <summary>Writes the line, with its end.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        output.Write("{\"sequence\":"u8);
        var digits = output.GetSpan(20);
        Utf8Formatter.TryFormat(Sequence, digits, out var written);
        output.Advance(written);
        output.Write(",\"previous_hash\":\""u8);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(PreviousHash), output);
        output.Write("\",\"hash\":\""u8);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Hash), output);
        output.Write("\""u8);
        if (Differing.Count > 0)
        {
            output.Write(",\"differing\":"u8);
            output.Write(JsonSerializer.SerializeToUtf8Bytes(Differing));
        }

        output.Write(",\"event\":"u8);
        output.Write(Content is { } content ? Inline(content.Span) : "null"u8);
        output.Write("}\n"u8);
    }

    /// <summary>The line, or the statement; false if it is neither.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out AuditLine? line, out string? statement)
    {
        (line, statement) = (null, null);
        try
        {
            return TryRead(utf8, out line, out statement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> utf8, out AuditLine? line, out string? statement)
    {
        (line, statement) = (null, null);
        long? sequence = null;
        (byte[]? previous, byte[]? hash) = (null, null);
        (ReadOnlyMemory<byte>? content, var hasContent) = (null, false);
        string[] differing = [];
        var json = new Utf8JsonReader(utf8.Span);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "sequence":
                    sequence = json.GetInt64();
                    break;
                case "previous_hash":
                    previous = Convert.FromHexString(json.GetString()!);
                    break;
                case "hash":
                    hash = Convert.FromHexString(json.GetString()!);
                    break;
                case "differing":
                    differing = JsonSerializer.Deserialize<string[]>(ref json) ?? [];
                    break;
                case "statement":
                    statement = json.GetString();
                    break;
                case "event" when json.TokenType == JsonTokenType.String:
                    (content, hasContent) = (Encoding.UTF8.GetBytes(json.GetString()!), true);
                    break;
                case "event":
                    var start = (int)json.TokenStartIndex;
                    hasContent = true;
                    var isErased = json.TokenType == JsonTokenType.Null;
                    json.Skip();
                    // A null without its type would become an empty array's memory, which is content.
                    content = isErased ? (ReadOnlyMemory<byte>?)null : utf8[start..(int)json.BytesConsumed];
                    break;
                default:
                    return false;
            }
        }

        if (json.TokenType != JsonTokenType.EndObject || json.BytesConsumed != utf8.Length)
            return false;
        if (statement is not null)
            return sequence is null && !hasContent;
        if (sequence is not { } number || previous is not { Length: 32 } || hash is not { Length: 32 } || !hasContent)
            return false;
        line = new(number, content, previous, hash, differing);
        return true;
    }

    /// <summary>Content that somebody altered into something that is no JSON on one line goes as a string.</summary>
    private static ReadOnlySpan<byte> Inline(ReadOnlySpan<byte> content) =>
        content.Length > 0 && content[0] == '{' && !content.ContainsAny((byte)'\n', (byte)'\r') && IsJson(content) ? content : JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(content));

    private static bool IsJson(ReadOnlySpan<byte> content)
    {
        try
        {
            var json = new Utf8JsonReader(content);
            return json.Read() && json.TrySkip() && json.BytesConsumed == content.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
