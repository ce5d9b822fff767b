using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// One pass over JSON before anything is built from it: syntax, depth, number of values, duplicate names
/// (RFC 8259 §4 leaves their meaning open, so two readers may see two documents) and text that PostgreSQL cannot hold.
/// </summary>
internal static class JsonGuard
{
    private sealed class Level(bool isObject)
    {
        public bool IsObject { get; } = isObject;
        public HashSet<string>? Names { get; set; }
        public string Name { get; set; } = "";
        public int Index { get; set; } = -1;
    }

    public static bool Check(ReadOnlySpan<byte> json, DocumentLimits limits, DocumentProblems problems, bool positions)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
        var levels = new Stack<Level>();
        var values = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    levels.Pop();
                    continue;
                }
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    var level = levels.Peek();
                    level.Name = reader.GetString()!;
                    CheckText(level.Name);
                    if (!(level.Names ??= new(StringComparer.Ordinal)).Add(level.Name))
                        problems.Add(
                            DocumentProblemCode.DuplicateKey,
                            $"The name \"{Shorten(level.Name)}\" stands twice in the same object. Remove or rename one of them.",
                            At(json, reader.TokenStartIndex, levels));
                    continue;
                }
                if (++values > limits.MaxValues)
                {
                    problems.Add(
                        DocumentProblemCode.TooManyValues,
                        $"The document holds more than {limits.MaxValues:N0} values. Split it into several APIs.");
                    return false;
                }
                if (levels.TryPeek(out var parent) && !parent.IsObject)
                    parent.Index++;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    if (levels.Count == limits.MaxDepth)
                    {
                        problems.Add(
                            DocumentProblemCode.TooDeep,
                            $"The document is nested deeper than {limits.MaxDepth} levels here. Name the inner parts under components and refer to them with $ref.",
                            At(json, reader.TokenStartIndex, []));
                        return false;
                    }
                    levels.Push(new Level(reader.TokenType == JsonTokenType.StartObject));
                }
                else if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
                    CheckText(reader.GetString()!);
            }
        }
        catch (JsonException e)
        {
            problems.Add(
                DocumentProblemCode.JsonSyntax,
                "This is not valid JSON: " + Sentence(e.Message),
                new DocumentLocation(null, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1));
            return false;
        }
        catch (InvalidOperationException)
        {
            problems.Add(
                DocumentProblemCode.BadText,
                "This text holds half of a UTF-16 surrogate pair or a NUL character (\\u0000). Remove the escape sequence.",
                At(json, reader.TokenStartIndex, levels));
            return false;
        }
        return !problems.Any;

        DocumentLocation At(ReadOnlySpan<byte> all, long offset, Stack<Level> path)
        {
            string? pointer = path.Count == 0
                ? null
                : path.Reverse().Aggregate("#", (p, l) => JsonPointer.Child(p, l.IsObject ? l.Name : l.Index.ToString()));
            if (!positions)
                return new(pointer);
            var before = all[..(int)offset];
            return new(pointer, before.Count((byte)'\n') + 1, before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1);
        }
    }

    private static void CheckText(string text)
    {
        if (text.Contains('\0'))
            throw new InvalidOperationException();
    }

    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>The parser's own words without the position that it appends: the location carries it.</summary>
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
