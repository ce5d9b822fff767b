using Marketplace.Core.Catalog.Rules.Schemas;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

/// <summary>The document against the published JSON Schema of its OpenAPI version, and what only 3.1 and later know.</summary>
internal static class StructureRules
{
    private const string Says = "Write the document as OpenAPI describes it.";

    private static readonly Lazy<JsonSchema> V2 = new(() => Load("openapi-2.0.json"));
    private static readonly Lazy<JsonSchema> V30 = new(() => Load("openapi-3.0.json"));
    private static readonly Lazy<JsonSchema> V31 = new(() => Load("openapi-3.1.json"));

    public static readonly Rule[] All =
    [
        Oas("oas2-schema", Says, run => Check(run, V2.Value), Severity.Error, openapi: 2),
        Oas("oas3-schema", Says, run => Check(run, run.Document.IsOas30 ? V30.Value : V31.Value), Severity.Error, openapi: 3),
        Oas("oas3_1-servers-in-webhook", "Remove servers from the webhook: the consumer says where it is called.", run => InWebhooks(run, "servers", alsoItself: true), openapi: 3),
        Oas("oas3_1-callbacks-in-webhook", "Remove callbacks from the webhook.", run => InWebhooks(run, "callbacks", alsoItself: false), openapi: 3),
        Oas("oas3_2-no-deprecated-xml-attribute", "Write nodeType: attribute instead of attribute: true, which OpenAPI 3.2 deprecates.", run =>
        {
            foreach (var xml in run.Document.Xmls.Where(x => run.Document.IsOas32 && x["attribute"] is { Kind: NodeKind.True }))
                run.Report(xml);
        }, openapi: 3),
    ];

    private static void Check(RuleRun run, JsonSchema schema)
    {
        if (run.Document.IsOas32)
            return;
        var told = new HashSet<(Node, string)>();
        foreach (var fault in new SchemaCheck(all: true, new()).Run(schema, run.Document.Root))
        {
            var at = fault.Keyword is "additionalProperties" ? fault.Extra! : fault.At;
            var name = fault.At.Name is { } own ? $"\"{own}\"" : fault.At.Parent is null ? "The document" : $"Item {fault.At.Index}";
            var message = fault.Keyword is "errorMessage" ? fault.Message : $"{name} {fault.Message}";
            if (told.Add((at, message)))
                run.Report(at, $"{message}. {Says}");
        }
    }

    private static void InWebhooks(RuleRun run, string member, bool alsoItself)
    {
        if (run.Document.IsOas30 || run.Document.Root.Object("webhooks") is not { } webhooks)
            return;
        if (alsoItself && webhooks[member] is { } itself)
            run.Report(itself);
        foreach (var found in webhooks.Children.SelectMany(w => w.Children).Select(o => o[member]).OfType<Node>())
            run.Report(found);
    }

    private static JsonSchema Load(string file)
    {
        using var stream = typeof(StructureRules).Assembly.GetManifestResourceStream("openapi/" + file)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var root = JsonTree.Read(bytes, 64);
        var index = new DocumentIndex(root);
        // Read whole now: it is shared by every thread afterwards.
        return new SchemaSet(reference => reference.StartsWith('#') ? index.Resolve(reference) : null).Of(root);
    }
}
