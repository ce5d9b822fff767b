using System.Text.Json;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>
/// What a schema says, whichever way and OpenAPI version it is written in: <c>allOf</c> merged, <c>nullable</c>,
/// <c>x-nullable</c> and <c>type: [.., null]</c> the same, a boolean <c>exclusiveMaximum</c> the same as a number.
/// </summary>
internal sealed class SchemaView(string pointer)
{
    public string Pointer { get; } = pointer;

    /// <summary>Without <c>null</c>; null for any.</summary>
    public HashSet<string>? Types { get; set; }

    public bool Nullable { get; set; }
    public string? Format { get; set; }
    public string? Pattern { get; set; }

    /// <summary>Values as JSON.</summary>
    public HashSet<string>? Enum { get; set; }
    public string? Const { get; set; }
    public string? Default { get; set; }
    public decimal? MultipleOf { get; set; }
    public bool UniqueItems { get; set; }
    public bool ReadOnly { get; set; }
    public bool WriteOnly { get; set; }
    public bool Deprecated { get; set; }

    /// <summary>By keyword.</summary>
    public Dictionary<string, decimal> Bounds { get; } = new(StringComparer.Ordinal);

    /// <summary>Several definitions of a property, from several branches of <c>allOf</c>, all hold.</summary>
    public Dictionary<string, List<SchemaRef>> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>False when none are taken; null for any.</summary>
    public bool? TakesAdditional { get; set; }
    public SchemaRef? Additional { get; set; }
    public SchemaRef? Items { get; set; }
    public SchemaRef? Not { get; set; }

    /// <summary>Each must be met by one of its alternatives.</summary>
    public List<SchemaChoice> Choices { get; } = [];

    public string? DiscriminatorProperty { get; set; }
    public Dictionary<string, string> Mapping { get; } = new(StringComparer.Ordinal);

    /// <summary>Keywords that are compared as a whole, as JSON.</summary>
    public Dictionary<string, string> Assertions { get; } = new(StringComparer.Ordinal);

    /// <summary>The same for values that are equal: the order of members does not count.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => $"\"{m.Name}\":{Text(m.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Text)) + "]",
        JsonValueKind.String => $"\"{value.GetString()}\"",
        _ => value.GetRawText(),
    };
}

internal sealed record SchemaChoice(bool IsOneOf, List<SchemaRef> Alternatives);
