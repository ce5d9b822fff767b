using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>The schemas of one document, each taken apart when it is first used.</summary>
/// <param name="resolve">What a reference points at; null for nothing.</param>
internal sealed class SchemaSet(Func<string, Node?> resolve)
{
    private const int LongestPattern = 50_000;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(20);

    private static readonly Dictionary<string, Action<JsonSchema, int?>> Counts = new(StringComparer.Ordinal)
    {
        ["minLength"] = (schema, count) => schema.MinLength = count,
        ["maxLength"] = (schema, count) => schema.MaxLength = count,
        ["minProperties"] = (schema, count) => schema.MinProperties = count,
        ["maxProperties"] = (schema, count) => schema.MaxProperties = count,
        ["minItems"] = (schema, count) => schema.MinItems = count,
        ["maxItems"] = (schema, count) => schema.MaxItems = count,
    };

    private static readonly Dictionary<string, Action<JsonSchema, JsonSchema>> Inner = new(StringComparer.Ordinal)
    {
        ["additionalProperties"] = (schema, inner) => schema.AdditionalProperties = inner,
        ["unevaluatedProperties"] = (schema, inner) => schema.UnevaluatedProperties = inner,
        ["propertyNames"] = (schema, inner) => schema.PropertyNames = inner,
        ["items"] = (schema, inner) => schema.Items = inner,
        ["not"] = (schema, inner) => schema.Not = inner,
        ["if"] = (schema, inner) => schema.If = inner,
        ["then"] = (schema, inner) => schema.Then = inner,
        ["else"] = (schema, inner) => schema.Else = inner,
    };

    private static readonly Dictionary<string, Action<JsonSchema, List<JsonSchema>>> Alternatives = new(StringComparer.Ordinal)
    {
        ["allOf"] = (schema, all) => schema.AllOf = all,
        ["anyOf"] = (schema, any) => schema.AnyOf = any,
        ["oneOf"] = (schema, one) => schema.OneOf = one,
    };

    private readonly Dictionary<Node, JsonSchema> _known = [];
    private readonly Dictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);

    /// <summary>Shared by all checks against these schemas.</summary>
    public Effort Effort { get; } = new();

    public JsonSchema Of(Node node)
    {
        if (_known.TryGetValue(node, out var known))
            return known;
        var schema = new JsonSchema(node) { AllowsNothing = node.Kind == NodeKind.False };
        // Known before it is read: it may refer to itself.
        _known.Add(node, schema);
        foreach (var member in node.IsObject ? node.Children : [])
            Read(schema, member);
        return schema;
    }

    private void Read(JsonSchema schema, Node member)
    {
        switch (member.Name)
        {
            case "$ref" when member.IsString && resolve(member.Text) is { } target:
                schema.Ref = Of(target);
                break;
            case "type":
                schema.Types = member.IsString ? [member.Text] : [.. member.Children.Select(t => t.Text)];
                break;
            case "nullable" or "x-nullable":
                schema.Nullable = member.Kind == NodeKind.True;
                break;
            case "enum" when member.IsArray:
                schema.Enum = member.Children;
                break;
            case "const":
                schema.Const = member;
                break;
            case "minimum":
                schema.Minimum ??= NumberOf(member);
                break;
            case "maximum":
                schema.Maximum ??= NumberOf(member);
                break;
            // A number since draft 6, a word about `minimum` before.
            case "exclusiveMinimum":
                (schema.Minimum, schema.MinimumExcluded) = (NumberOf(member) ?? schema.Minimum, member.Kind is NodeKind.True or NodeKind.Number);
                break;
            case "exclusiveMaximum":
                (schema.Maximum, schema.MaximumExcluded) = (NumberOf(member) ?? schema.Maximum, member.Kind is NodeKind.True or NodeKind.Number);
                break;
            case "multipleOf":
                schema.MultipleOf = NumberOf(member);
                break;
            case "pattern" when member.IsString:
                schema.Pattern = PatternOf(member.Text);
                break;
            case "format" when member.IsString:
                schema.Format = member.Text;
                break;
            case "required" when member.IsArray:
                schema.Required = [.. member.Children.Where(r => r.IsString).Select(r => r.Text)];
                break;
            case "uniqueItems":
                schema.UniqueItems = member.Kind == NodeKind.True;
                break;
            case "errorMessage":
                schema.Says = member.IsString ? member.Text : null;
                schema.SaysOf = member.IsObject ? member.Children.Where(m => m.IsString).ToDictionary(m => m.Name!, m => m.Text, StringComparer.Ordinal) : null;
                break;
            default:
                ReadParts(schema, member);
                break;
        }
    }

    private void ReadParts(JsonSchema schema, Node member)
    {
        switch (member.Name)
        {
            case "properties" when member.IsObject:
                schema.Properties = ByName(member);
                break;
            case "dependentSchemas" when member.IsObject:
                schema.DependentSchemas = ByName(member);
                break;
            case "patternProperties" when member.IsObject:
                schema.PatternProperties = [.. member.Children.Select(m => (Pattern: PatternOf(m.Name!), Schema: Of(m))).Where(p => p.Pattern is not null).Select(p => (p.Pattern!, p.Schema))];
                break;
            case "items" or "prefixItems" when member.IsArray:
                schema.PrefixItems = Each(member);
                break;
            case { } name when IsSchema(member) && Inner.TryGetValue(name, out var set):
                set(schema, Of(member));
                break;
            case { } name when member.IsArray && Alternatives.TryGetValue(name, out var set):
                set(schema, Each(member));
                break;
            case { } name when Counts.TryGetValue(name, out var set):
                set(schema, CountOf(member));
                break;
        }
    }

    private Dictionary<string, JsonSchema> ByName(Node schemas) =>
        schemas.Children.Where(IsSchema).ToDictionary(m => m.Name!, Of, StringComparer.Ordinal);

    private List<JsonSchema> Each(Node schemas) => [.. schemas.Children.Where(IsSchema).Select(Of)];

    private static bool IsSchema(Node node) => node.Kind is NodeKind.Object or NodeKind.True or NodeKind.False;

    private static double? NumberOf(Node node) => node.Kind == NodeKind.Number ? node.Number : null;

    private static int? CountOf(Node node) => node.Kind == NodeKind.Number && node.Number is >= 0 and < int.MaxValue and var number ? (int)number : null;

    /// <summary>A stranger's pattern: of bounded length, and given up on when it takes long.</summary>
    private Regex? PatternOf(string pattern)
    {
        if (_patterns.TryGetValue(pattern, out var known))
            return known;
        return _patterns[pattern] = pattern.Length <= LongestPattern ? Effort.Timed(pattern, null, Compile) : null;
    }

    private static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, PatternTime);
        }
        catch (ArgumentException)
        {
            // Other tools read other dialects; what this one cannot read, it does not check.
            return null;
        }
    }
}
