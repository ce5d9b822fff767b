using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>The keywords that look at one value and not into it.</summary>
internal static class ScalarKeywords
{
    public static void Type(JsonSchema schema, Node value, List<SchemaFault> faults)
    {
        if (schema.Types is not { Length: > 0 } types || types.Any(t => Is(t, value)) || (schema.Nullable && value.Kind == NodeKind.Null))
            return;
        faults.Add(new(value, "type", schema.SaysOf?.GetValueOrDefault("type") ?? "must be " + string.Join(" or ", types)));
    }

    public static void Number(JsonSchema schema, Node value, List<SchemaFault> faults)
    {
        if (value.Kind != NodeKind.Number)
            return;
        var number = value.Number;
        if (schema.Minimum is { } minimum && (number < minimum || (schema.MinimumExcluded && number == minimum)))
            faults.Add(new(value, "minimum", $"must be {(schema.MinimumExcluded ? ">" : ">=")} {minimum}"));
        else if (schema.Maximum is { } maximum && (number > maximum || (schema.MaximumExcluded && number == maximum)))
            faults.Add(new(value, "maximum", $"must be {(schema.MaximumExcluded ? "<" : "<=")} {maximum}"));
        else if (schema.MultipleOf is > 0 and { } step && Math.Abs((number / step) - Math.Round(number / step)) > 1e-9)
            faults.Add(new(value, "multipleOf", $"must be a multiple of {step}"));
        else if ((schema.Format is "int32" && !(value.IsInteger && Math.Abs(number + 0.5) <= 2147483647.5)) || (schema.Format is "int64" && !value.IsInteger))
            faults.Add(new(value, "format", $"must match format \"{schema.Format}\""));
    }

    public static void String(JsonSchema schema, Node value, List<SchemaFault> faults, Effort effort)
    {
        if (!value.IsString)
            return;
        if (schema.MaxLength is not null || schema.MinLength is not null)
        {
            var length = value.Text.EnumerateRunes().Count();
            if (length > schema.MaxLength || length < schema.MinLength)
            {
                faults.Add(length > schema.MaxLength
                    ? new(value, "maxLength", $"must not have more than {schema.MaxLength} characters")
                    : new(value, "minLength", $"must not have fewer than {schema.MinLength} characters"));
                return;
            }
        }
        if (schema.Pattern is not null && !effort.Matches(schema.Pattern, value.Text))
            faults.Add(new(value, "pattern", $"must match pattern \"{schema.Pattern}\""));
        else if (schema.Format is not null && !effort.Holds(schema.Format, value.Text))
            faults.Add(new(value, "format", $"must match format \"{schema.Format}\""));
    }

    public static void Fixed(JsonSchema schema, Node value, List<SchemaFault> faults, Effort effort)
    {
        effort.Spend((schema.Enum?.Count ?? 0) * (1L + value.Count));
        if (schema.Const is not null && !schema.Const.SameValue(value))
            faults.Add(new(value, "const", "must be equal to constant"));
        if (schema.Enum is not null && !schema.Enum.Any(value.SameValue))
            faults.Add(new(value, "enum", "must be equal to one of the allowed values: " + string.Join(", ", schema.Enum.Take(20).Select(e => e.IsString ? $"\"{e.Text}\"" : e.Text))));
    }

    private static bool Is(string type, Node value) => type switch
    {
        "string" => value.IsString,
        "number" => value.Kind == NodeKind.Number,
        "integer" => value.IsInteger,
        "boolean" => value.Kind is NodeKind.True or NodeKind.False,
        "object" => value.IsObject,
        "array" => value.IsArray,
        "null" => value.Kind == NodeKind.Null,
        // A type that nobody knows refuses nothing: oas2-schema and oas3-schema tell of it.
        _ => true,
    };
}
