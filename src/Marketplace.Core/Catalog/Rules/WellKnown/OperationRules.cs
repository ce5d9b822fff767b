using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static partial class OperationRules
{
    public static readonly Rule[] All =
    [
        Oas("operation-operationId", "Name the operation: add an operationId, which keeps grants when its path moves.", Each((run, o) => run.MustSay(o, "operationId"))),
        Oas("operation-operationId-unique", "Give each operation an operationId of its own.", UniqueIds, Severity.Error),
        Oas("operation-operationId-valid-in-url", "Use only characters in the operationId that a URL can hold.", Each((run, o) =>
        {
            if (o["operationId"] is { Kind: NodeKind.String } id && !InUrl().IsMatch(id.Text))
                run.Report(id);
        })),
        Oas("operation-description", "Describe the operation: add a description.", Each((run, o) => run.MustSay(o, "description"))),
        Oas("operation-tags", "Give the operation at least one tag, so that it can be found.", Each((run, o) => NonEmptyList(run, o, "tags"))),
        Oas("operation-singular-tag", "Give the operation one tag only.", Each((run, o) =>
        {
            if (o["tags"] is { Kind: NodeKind.Array, Count: > 1 } tags)
                run.Report(tags);
        }), recommended: false),
        Oas("operation-success-response", "Say what success looks like: add a 2xx or 3xx response.", Each((run, o) =>
        {
            if (o["responses"] is { Kind: NodeKind.Object } responses && !responses.Children.Any(r => IsSuccess(run.Document, r.Name!)))
                run.Report(responses);
        })),
        Oas("oas3-callbacks-in-callbacks", "Move the callback out of the callback: nobody calls it there.", Each((run, o) =>
        {
            foreach (var inner in o.Members("callbacks").SelectMany(c => c.Children).SelectMany(i => i.Children).Select(m => m["callbacks"]).OfType<Node>())
                run.Report(inner);
        }), openapi: 3),
    ];

    public static Action<RuleRun> Each(Action<RuleRun, Node> check) => run =>
    {
        foreach (var operation in run.Document.Operations)
            check(run, operation.Node);
    };

    public static void NonEmptyList(RuleRun run, Node parent, string member)
    {
        if (parent[member] is not { } list)
            run.Report(parent);
        else if (list is not { Kind: NodeKind.Array, Count: > 0 })
            run.Report(list);
    }

    private static void UniqueIds(RuleRun run)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in run.Document.Operations.Select(o => o.Node["operationId"]).OfType<Node>().Where(id => !seen.Add(id.Text)))
            run.Report(id);
    }

    private static bool IsSuccess(DocumentIndex document, string status) =>
        (!document.IsOas2 && status is "2XX" or "3XX") || (double.TryParse(status, out var code) && code is >= 200 and < 400);

    [GeneratedRegex(@"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex InUrl();
}
