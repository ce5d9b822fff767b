using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class ParameterRules
{
    public static readonly Rule[] All =
    [
        Oas("operation-parameters", "Give each parameter its own name and place, and at most one body.", Parameters),
        Oas("oas2-parameter-description", "Describe the parameter.", Described, recommended: false, openapi: 2),
        Oas("oas3-parameter-description", "Describe the parameter.", Described3, recommended: false, openapi: 3),
        Oas("oas2-operation-formData-consume-check", "Say that the operation consumes application/x-www-form-urlencoded or multipart/form-data: it has formData parameters.",
            OperationRules.Each((run, o) =>
            {
                if (o["consumes"] is { Kind: NodeKind.Array } consumes && o["parameters"] is { Kind: NodeKind.Array } parameters
                    && parameters.Children.Any(p => run.Document.Follow(p)?.String("in") == "formData")
                    && !consumes.Children.Any(c => c.Text.Contains("application/x-www-form-urlencoded", StringComparison.Ordinal) || c.Text.Contains("multipart/form-data", StringComparison.Ordinal)))
                    run.Report(o);
            }), openapi: 2),
    ];

    private static void Parameters(RuleRun run)
    {
        foreach (var list in run.Document.Operations.Select(o => o.Node["parameters"]).OfType<Node>().Where(p => p is { IsArray: true, Count: > 1 }))
        {
            var seen = new HashSet<(string, string)>();
            int bodies = 0, forms = 0;
            foreach (var given in list.Children)
            {
                if (run.Document.Follow(given) is not { Kind: NodeKind.Object } parameter)
                    continue;
                var place = parameter["in"]?.Text ?? "";
                if (!seen.Add((place, parameter["name"]?.Text ?? "")))
                    run.Report(given, "Another parameter of this operation has the same name and place. Remove or rename one of them.");
                if (place == "formData")
                    forms++;
                if (place == "body" && ++bodies > 1)
                    run.Report(given, "An operation has one body. Merge the body parameters.");
            }
            if (bodies > 0 && forms > 0)
                run.Report(list, "An operation has either a body or a form. Remove the one or the other.");
        }
    }

    private static void Described(RuleRun run)
    {
        foreach (var parameter in run.Document.Parameters)
            run.MustSay(parameter, "description");
    }

    private static void Described3(RuleRun run)
    {
        var lists = run.Document.PathItems.Select(p => p.Item).Concat(run.Document.Operations.Select(o => o.Node)).SelectMany(n => n.Items("parameters"));
        var named = run.Document.Root.Object("components")?.Members("parameters") ?? [];
        foreach (var parameter in lists.Concat(named).Select(run.Document.Follow).OfType<Node>().Where(p => p["in"] is { IsTruthy: true }).Distinct())
            run.MustSay(parameter, "description");
    }
}
