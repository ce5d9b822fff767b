using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class ReferenceRules
{
    private static readonly string[] Components = ["schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks"];

    public static readonly Rule[] All =
    [
        Oas("no-$ref-siblings", "Remove what stands beside $ref: readers ignore it.", run =>
        {
            // OpenAPI 3.1 lets a schema stand beside its reference.
            if (!run.Document.IsOas2 && !run.Document.IsOas30)
                return;
            foreach (var sibling in run.Document.References.SelectMany(r => r.Parent!.Children).Where(c => c.Name != "$ref"))
                run.Report(sibling);
        }, Severity.Error),
        Oas("oas3-unused-component", "Nothing refers to this component. Remove it, or use it.", run =>
        {
            if (run.Document.Root.Object("components") is { } components)
                Array.ForEach(Components, kind => Unused(run, components.Members(kind), $"#/components/{kind}"));
        }, openapi: 3),
        Oas("oas2-unused-definition", "Nothing refers to this definition. Remove it, or use it.",
            run => Unused(run, run.Document.Root.Members("definitions"), "#/definitions"), openapi: 2),
    ];

    private static void Unused(RuleRun run, IReadOnlyList<Node> defined, string place)
    {
        if (defined.Count == 0)
            return;
        // What refers to itself alone is not used either.
        var used = run.Document.References.Where(r => r.Text.StartsWith(place + "/", StringComparison.Ordinal) && !IsInside(r, run.Document.Resolve(r.Text)))
            .Select(r => string.Join('/', DocumentIndex.Names(r.Text).Skip(place.Count(c => c == '/')))).ToHashSet(StringComparer.Ordinal);
        foreach (var orphan in defined.Where(d => !used.Contains(d.Name!)))
            run.Report(orphan);
    }

    private static bool IsInside(Node node, Node? component)
    {
        for (var at = node.Parent; at is not null; at = at.Parent)
        {
            if (at == component)
                return true;
        }
        return false;
    }
}
