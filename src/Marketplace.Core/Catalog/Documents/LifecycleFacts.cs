using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// What the lifecycle of a line says in its document: <c>deprecated</c> and <c>x-sunset</c> on every operation, where
/// code generators and linters look for them, and the whole in <c>info</c>. The rest is copied byte by byte.
/// </summary>
/// <param name="Lifecycle">Deprecated or retired.</param>
/// <param name="DeprecatedAt">Since when.</param>
/// <param name="SunsetAt">Its end: announced, or when it was retired.</param>
/// <param name="Successor">The line that takes its place, such as <c>payments/v2</c>.</param>
public sealed record LifecycleFacts(Lifecycle Lifecycle, DateTimeOffset DeprecatedAt, DateTimeOffset? SunsetAt, string? Successor)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

    /// <summary>Another when the facts are others; for an ETag.</summary>
    public string Tag => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Lifecycle} {DeprecatedAt:O} {SunsetAt:O} {Successor}")).AsSpan(0, 4));

    public string WriteInto(string json)
    {
        ReadOnlySpan<byte> source = Encoding.UTF8.GetBytes(json);
        var written = new ArrayBufferWriter<byte>(source.Length + (source.Length / 8) + 256);
        var reader = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = 1000 });
        var path = new List<string>();
        var (copied, name, missing, isEmpty) = (0, "", new Dictionary<string, string>(StringComparer.Ordinal), false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Add(name);
                    (name, isEmpty) = ("", true);
                    if (reader.TokenType is JsonTokenType.StartObject && FactsFor(path) is { } facts)
                        missing = facts;
                    continue;
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    if (missing.Count > 0 && FactsFor(path) is not null && missing.Remove(name, out var value))
                    {
                        reader.Read();
                        var start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        written.Write(source[copied..start]);
                        written.Write(Encoding.UTF8.GetBytes(value));
                        copied = (int)reader.BytesConsumed;
                    }
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    if (reader.TokenType is JsonTokenType.EndObject && missing.Count > 0 && FactsFor(path) is not null)
                    {
                        written.Write(source[copied..(int)reader.TokenStartIndex]);
                        copied = (int)reader.TokenStartIndex;
                        var members = string.Join(',', missing.Select(m => $"\"{m.Key}\":{m.Value}"));
                        written.Write(Encoding.UTF8.GetBytes(isEmpty ? members : "," + members));
                        missing = [];
                    }
                    path.RemoveAt(path.Count - 1);
                    break;
            }
            isEmpty = false;
        }
        written.Write(source[copied..]);
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    /// <summary>The members that the object at a path gets; null for most objects.</summary>
    private Dictionary<string, string>? FactsFor(List<string> path) => path switch
    {
        ["", "info"] => InfoFacts(),
        ["", "paths", _, var method] when Methods.Contains(method, StringComparer.Ordinal) => OperationFacts(),
        ["", "components", "pathItems", _, var method] when Methods.Contains(method, StringComparer.Ordinal) => OperationFacts(),
        _ => null,
    };

    private Dictionary<string, string> OperationFacts()
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["deprecated"] = "true" };
        if (SunsetAt is { } end)
            facts["x-sunset"] = $"\"{end.UtcDateTime:yyyy-MM-dd}\"";
        return facts;
    }

    private Dictionary<string, string> InfoFacts()
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-lifecycle"] = Lifecycle is Lifecycle.Retired ? "\"retired\"" : "\"deprecated\"" };
        if (SunsetAt is { } end)
            facts["x-sunset"] = $"\"{end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\"";
        if (Successor is not null)
            facts["x-successor"] = JsonSerializer.Serialize(Successor);
        return facts;
    }
}
