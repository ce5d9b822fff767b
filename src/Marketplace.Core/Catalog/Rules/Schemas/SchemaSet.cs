using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>The schemas of one document, each taken apart when it is first used.</summary>
/// <param name="resolve">What a reference points at; null for nothing.</param>
internal sealed class SchemaSet(Func<string, Node?> resolve)
{
    private const int LongestPattern = 50_000;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(20);

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
            case "minLength":
                schema.MinLength = CountOf(member);
                break;
            case "maxLength":
                schema.MaxLength = CountOf(member);
                break;
            case "pattern" when member.IsString:
                schema.Pattern = PatternOf(member.Text);
                break;
            case "format" when member.IsString:
                schema.Format = member.Text;
                break;
            case "minProperties":
                schema.MinProperties = CountOf(member);
                break;
            case "maxProperties":
                schema.MaxProperties = CountOf(member);
                break;
            case "required" when member.IsArray:
                schema.Required = [.. member.Children.Where(r => r.IsString).Select(r => r.Text)];
                break;
            case "minItems":
                schema.MinItems = CountOf(member);
                break;
            case "maxItems":
                schema.MaxItems = CountOf(member);
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
            case "additionalProperties" when IsSchema(member):
                schema.AdditionalProperties = Of(member);
                break;
            case "unevaluatedProperties" when IsSchema(member):
                schema.UnevaluatedProperties = Of(member);
                break;
            case "propertyNames" when IsSchema(member):
                schema.PropertyNames = Of(member);
                break;
            case "items" when IsSchema(member):
                schema.Items = Of(member);
                break;
            case "items" or "prefixItems" when member.IsArray:
                schema.PrefixItems = Each(member);
                break;
            case "not" when IsSchema(member):
                schema.Not = Of(member);
                break;
            case "anyOf" when member.IsArray:
                schema.AnyOf = Each(member);
                break;
            case "oneOf" when member.IsArray:
                schema.OneOf = Each(member);
                break;
            case "allOf" when member.IsArray:
                schema.AllOf = Each(member);
                break;
            case "if" when IsSchema(member):
                schema.If = Of(member);
                break;
            case "then" when IsSchema(member):
                schema.Then = Of(member);
                break;
            case "else" when IsSchema(member):
                schema.Else = Of(member);
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
