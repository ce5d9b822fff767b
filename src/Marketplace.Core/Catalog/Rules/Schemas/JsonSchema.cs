using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>What of JSON Schema (draft 4 as OpenAPI 3.0 uses it, to 2020-12) a schema says, taken apart once.</summary>
internal sealed class JsonSchema(Node source)
{
    public Node Source { get; } = source;
    public JsonSchema? Ref { get; set; }

    /// <summary>False: nothing is valid. (A schema may be just <c>false</c>.)</summary>
    public bool AllowsNothing { get; init; }

    public string[]? Types { get; set; }
    public bool Nullable { get; set; }
    public IReadOnlyList<Node>? Enum { get; set; }
    public Node? Const { get; set; }
    public double? Minimum { get; set; }
    public double? Maximum { get; set; }
    public bool MinimumExcluded { get; set; }
    public bool MaximumExcluded { get; set; }
    public double? MultipleOf { get; set; }
    public int? MinLength { get; set; }
    public int? MaxLength { get; set; }
    public Regex? Pattern { get; set; }
    public string? Format { get; set; }
    public int? MinProperties { get; set; }
    public int? MaxProperties { get; set; }
    public string[]? Required { get; set; }
    public JsonSchema? PropertyNames { get; set; }
    public Dictionary<string, JsonSchema>? Properties { get; set; }
    public List<(Regex Pattern, JsonSchema Schema)>? PatternProperties { get; set; }
    public JsonSchema? AdditionalProperties { get; set; }
    public JsonSchema? UnevaluatedProperties { get; set; }
    public Dictionary<string, JsonSchema>? DependentSchemas { get; set; }
    public int? MinItems { get; set; }
    public int? MaxItems { get; set; }
    public bool UniqueItems { get; set; }
    public List<JsonSchema>? PrefixItems { get; set; }
    public JsonSchema? Items { get; set; }
    public JsonSchema? Not { get; set; }
    public List<JsonSchema>? AnyOf { get; set; }
    public List<JsonSchema>? OneOf { get; set; }
    public List<JsonSchema>? AllOf { get; set; }
    public JsonSchema? If { get; set; }
    public JsonSchema? Then { get; set; }
    public JsonSchema? Else { get; set; }

    /// <summary>One sentence instead of whatever fails here.</summary>
    public string? Says { get; set; }

    /// <summary>Keywords whose failure is told in other words.</summary>
    public Dictionary<string, string>? SaysOf { get; set; }
}
