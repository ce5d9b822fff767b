using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class SchemaRules
{
    public static readonly Rule[] All =
    [
        Oas("array-items", "Say what the list holds: add items.", run =>
        {
            foreach (var schema in run.Document.Arrays)
                run.MustSay(schema, "items");
        }, Severity.Error),
        Oas("duplicated-entry-in-enum", "List each value of the enum once.", run =>
        {
            foreach (var values in run.Document.WithEnum.Where(s => s.Name != "properties").Select(s => s.Array("enum")).OfType<Node>().Where(HasTwins))
                run.Report(values);
        }),
        Oas("typed-enum", "Give each value of the enum the type that the schema names.", TypedEnum),
        Oas("oas2-anyOf", "OpenAPI 2.0 has no anyOf. Use 3.0 or later.", Banned(d => d.AnyOfs), openapi: 2),
        Oas("oas2-oneOf", "OpenAPI 2.0 has no oneOf. Use 3.0 or later.", Banned(d => d.OneOfs), openapi: 2),
        Oas("oas2-discriminator", "Define the discriminator's property and require it.", run =>
        {
            foreach (var schema in run.Document.Root.Members("definitions"))
            {
                if (schema.String("discriminator") is not { Length: > 0 } name)
                    continue;
                if (schema["properties"]?[name] is null)
                    run.Report(schema["properties"] ?? schema, $"The discriminator \"{name}\" is not among the properties. Define it.");
                if (!schema.Items("required").Any(r => r.Text == name))
                    run.Report(schema["required"] ?? schema, $"The discriminator \"{name}\" is not required. Require it.");
            }
        }, Severity.Error, openapi: 2),
    ];

    private static Action<RuleRun> Banned(Func<DocumentIndex, List<Node>> found) => run =>
    {
        foreach (var node in found(run.Document))
            run.Report(node);
    };

    private static bool HasTwins(Node list) => list.Children.All(c => c.IsString)
        ? list.Children.DistinctBy(c => c.Text, StringComparer.Ordinal).Count() != list.Count
        : list.Count <= 500 && list.Children.Select((c, i) => list.Children.Take(i).Any(c.SameValue)).Any(same => same);

    private static void TypedEnum(RuleRun run)
    {
        foreach (var schema in run.Document.WithEnum)
        {
            if (schema.Array("enum") is not { } values || schema["type"] is not { Kind: NodeKind.String or NodeKind.Array } type)
                continue;
            var types = type.IsString ? [type.Text] : type.Children.Select(t => t.Text).ToList();
            if ((run.Document.IsOas30 && schema["nullable"] is { Kind: NodeKind.True }) || (run.Document.IsOas2 && schema["x-nullable"] is { Kind: NodeKind.True }))
                types.Add("null");
            foreach (var value in values.Children.Where(v => !types.Contains(TypeOf(v, types))))
                run.Report(value, $"This value of the enum is not of type {string.Join(" or ", types)}. Correct the value or the type.");
        }
    }

    private static string TypeOf(Node value, List<string> types) => value.Kind switch
    {
        NodeKind.String => "string",
        NodeKind.Number => types.Contains("integer") && value.IsInteger ? "integer" : "number",
        NodeKind.True or NodeKind.False => "boolean",
        NodeKind.Null => "null",
        NodeKind.Array => "array",
        _ => "object",
    };
}
