using System.Text;
using System.Text.Json;

namespace Marketplace.Core.Catalog.Rules.Tree;

/// <summary>Reads JSON into nodes that know their byte. Give it what <see cref="Documents.SpecReader"/> has found well formed.</summary>
internal static class JsonTree
{
    private const int ShortText = 40;

    public static Node Read(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        // A document says "type", "string" and "description" thousands of times.
        var known = new HashSet<string>(StringComparer.Ordinal);
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[ShortText];
        Node? root = null, parent = null;
        string? name = null;
        var nameAt = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    (name, nameAt) = (Text(ref reader, buffer, known, lookup), (int)reader.TokenStartIndex);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    parent = parent!.Parent;
                    continue;
            }
            var text = reader.TokenType switch
            {
                JsonTokenType.String => Text(ref reader, buffer, known, lookup),
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => "",
            };
            var node = new Node(KindOf(reader.TokenType), parent, name, parent?.Count ?? 0, name is null ? (int)reader.TokenStartIndex : nameAt, text);
            parent?.Add(node);
            root ??= node;
            name = null;
            if (node.Kind is NodeKind.Object or NodeKind.Array)
                parent = node;
        }
        return root!;
    }

    private static string Text(scoped ref Utf8JsonReader reader, scoped Span<char> buffer, HashSet<string> known, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > ShortText)
            return reader.GetString()!;
        var length = Encoding.UTF8.GetChars(reader.ValueSpan, buffer);
        if (lookup.TryGetValue(buffer[..length], out var found))
            return found;
        known.Add(found = buffer[..length].ToString());
        return found;
    }

    private static NodeKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => NodeKind.Object,
        JsonTokenType.StartArray => NodeKind.Array,
        JsonTokenType.String => NodeKind.String,
        JsonTokenType.Number => NodeKind.Number,
        JsonTokenType.True => NodeKind.True,
        JsonTokenType.False => NodeKind.False,
        _ => NodeKind.Null,
    };
}
