using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.House;

/// <summary>How calls behave: errors, lists, bodies.</summary>
internal static class ContractRules
{
    private const string ProblemJson = "application/problem+json";
    private static readonly string[] PagingWords = ["page", "limit", "offset", "cursor", "size", "count", "per_page", "top", "skip", "first", "after", "start", "max"];
    private static readonly string[] ListNames = ["items", "data", "results", "values", "entries", "records", "list", "value"];

    public static readonly Rule[] All =
    [
        Company("error-responses", Severity.Info, "Say how the operation fails: add a 4xx, 5xx or default response.", WellKnown.OperationRules.Each((run, o) =>
        {
            if (o.Object("responses") is { } responses && !responses.Children.Any(r => IsError(r.Name!)))
                run.Report(responses);
        })),
        Company("error-problem-json", Severity.Warn, "Answer errors as application/problem+json (RFC 9457), so that one reader fits all APIs.", Errors),
        Company("collections-paged", Severity.Warn, "Cut the list into pages: add parameters such as limit and cursor.", Collections),
        Company("no-body-on-get", Severity.Warn, "Take the body out: GET, HEAD and DELETE requests have none that counts (RFC 9110 §9.3).", run =>
        {
            foreach (var (_, method, node, _) in run.Document.Operations.Where(o => o.Method is "get" or "head" or "delete"))
            {
                if ((node["requestBody"] ?? node.Items("parameters").FirstOrDefault(p => run.Document.Follow(p)?.String("in") == "body")) is { } body)
                    run.Report(body);
            }
        }),
        Company("success-has-schema", Severity.Info, "Describe what a successful answer holds: add a schema.", run =>
        {
            foreach (var response in run.Document.Operations.SelectMany(o => o.Node.Members("responses")).Where(r => r.Name is "200" or "201").Select(run.Document.Follow).OfType<Node>().Where(r => r.IsObject).Distinct())
            {
                if (response["schema"] is null && !response.Members("content").Any(m => m["schema"] is not null))
                    run.Report(response);
            }
        }),
        Company("strings-bounded", Severity.Hint, "Bound the text: add maxLength, enum, pattern or format, so that nobody can send a book.", run =>
        {
            foreach (var parameter in run.Document.Parameters)
            {
                var schema = run.Document.Follow(parameter["schema"]) ?? parameter;
                if (schema.String("type") == "string" && schema["maxLength"] is null && schema["enum"] is null && schema["pattern"] is null && schema["format"] is null && schema["const"] is null)
                    run.Report(parameter);
            }
        }, recommended: false),
    ];

    private static bool IsError(string status) => status == "default" || (status.Length == 3 && status[0] is '4' or '5');

    private static void Errors(RuleRun run)
    {
        var common = run.Document.Root.Items("produces");
        foreach (var (_, _, operation, _) in run.Document.Operations)
        {
            var produces = (operation.Array("produces")?.Children ?? common).Any(p => p.Text == ProblemJson);
            foreach (var response in operation.Members("responses").Where(r => IsError(r.Name!)))
            {
                if (run.Document.Follow(response) is not { } error)
                    continue;
                var isOther = run.Document.IsOas2 ? error["schema"] is not null && !produces : error.Object("content") is { Count: > 0 } content && content[ProblemJson] is null;
                if (isOther)
                    run.Report(response);
            }
        }
    }

    private static void Collections(RuleRun run)
    {
        foreach (var (path, method, operation, item) in run.Document.Operations.Where(o => o.Method == "get" && !o.Path.EndsWith('}')))
        {
            var answer = run.Document.Follow(operation.Object("responses")?["200"]);
            var schema = run.Document.Follow(answer?["schema"] ?? answer?.Members("content").Select(m => m["schema"]).FirstOrDefault(s => s is not null));
            if (schema is null || !IsList(run.Document, schema))
                continue;
            var parameters = operation.Items("parameters").Concat(item.Items("parameters")).Select(p => run.Document.Follow(p)?.String("name")).OfType<string>();
            if (!parameters.Any(name => PagingWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))))
                run.Report(operation);
        }
    }

    private static bool IsList(DocumentIndex document, Node schema) =>
        schema.String("type") == "array" || ListNames.Any(name => document.Follow(schema["properties"]?[name])?.String("type") == "array");
}
