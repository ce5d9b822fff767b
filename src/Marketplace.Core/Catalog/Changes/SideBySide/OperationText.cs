using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Diff;

namespace Marketplace.Core.Catalog.Changes.SideBySide;

/// <param name="Title">The operation, or the name of a part that it refers to.</param>
public sealed record TextSection(string Title, IReadOnlyList<LinePair> Lines);

/// <summary>What two documents say of an operation, side by side: itself, and the shared parts that it refers to where they differ.</summary>
public static class OperationText
{
    private const int MostParts = 40;

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<TextSection> Compare(string before, string after, OperationPair operation)
    {
        var budget = new Budget(Budget.DefaultSteps);
        using var earlier = new ChangeDocument(before, budget);
        using var later = new ChangeDocument(after, budget);
        var left = operation.Before is { } was ? earlier.At(ExistenceComparison.PointerOf(was)) : null;
        var right = operation.After is { } now ? later.At(ExistenceComparison.PointerOf(now)) : null;
        var sections = new List<TextSection> { new($"{operation.Shown.Method} {operation.Shown.Path}", Lines(left, right)) };
        foreach (var part in PartsOf(earlier, left).Union(PartsOf(later, right), StringComparer.Ordinal))
        {
            if (sections.Count > MostParts)
                break;
            var lines = Lines(earlier.At(part), later.At(part));
            if (lines.Any(l => l.Skipped == 0 && !l.IsSame))
                sections.Add(new(Name(part), lines));
        }
        return sections;
    }

    private static List<LinePair> Lines(SchemaRef? left, SchemaRef? right) => LineDiff.Compare(Text(left), Text(right));

    private static string[] Text(SchemaRef? part)
    {
        if (part is not { } found)
            return [];
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, Readable))
            found.Element.WriteTo(writer);
        return Encoding.UTF8.GetString(output.ToArray()).ReplaceLineEndings("\n").Split('\n');
    }

    /// <summary>Everything that can be reached by references, nearest first.</summary>
    private static List<string> PartsOf(ChangeDocument document, SchemaRef? root)
    {
        var parts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<JsonElement>();
        if (root is { } start)
            open.Enqueue(start.Element);
        while (open.TryDequeue(out var element) && parts.Count < 500)
        {
            foreach (var reference in SameParts.References(element).Where(seen.Add))
            {
                if (document.At(reference) is not { } target)
                    continue;
                parts.Add(reference);
                open.Enqueue(target.Element);
            }
        }
        return parts;
    }

    private static string Name(string pointer) => pointer.Split('/') is ["#", "components", var kind, var name] ? $"{kind} › {name}"
        : pointer.Split('/') is ["#", var section, var defined] ? $"{section} › {defined}" : pointer;
}
