using System.Text.Json.Nodes;

namespace Marketplace.Core.Catalog.Documents.Trimming;

/// <summary>
/// Cuts an accepted document down to some of its operations: their paths, and of the components what these reach. The
/// result is a document of its own: every reference in it leads somewhere within it.
/// </summary>
public static class DocumentTrim
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

    /// <param name="json">The document as JSON.</param>
    /// <param name="keep">Method in upper case and path template of each operation that stays.</param>
    public static string Trim(string json, IReadOnlySet<(string Method, string Path)> keep)
    {
        var original = Parse(json);
        var trimmed = Parse(json);
        CutPaths(trimmed, original, keep);
        trimmed.Remove("webhooks");
        CutLinks(trimmed["paths"]!, OperationIds(trimmed));
        if (trimmed["components"] is JsonObject components)
            CutLinks(components, OperationIds(trimmed));
        new Pruning(trimmed, original).Run();
        CutTags(trimmed);
        return trimmed.ToJsonString(Output.Options);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json, documentOptions: new() { MaxDepth = DocumentLimits.Default.MaxDepth + 8 })!.AsObject();

    private static void CutPaths(JsonObject trimmed, JsonObject original, IReadOnlySet<(string Method, string Path)> keep)
    {
        var paths = trimmed["paths"]!.AsObject();
        foreach (var path in paths.Select(p => p.Key).ToList())
        {
            if (path.StartsWith("x-", StringComparison.Ordinal) || paths[path] is not JsonObject item)
                continue;
            // What several paths share may hold operations that do not stay.
            for (var hops = 0; hops < 20 && item["$ref"] is JsonValue reference; hops++)
                item = (JsonObject)Pointer.Find(original, reference.GetValue<string>())!.DeepClone();
            CutMethods(item, path, keep);
            if (!HasOperation(item))
                paths.Remove(path);
            else if (item.Parent is null)
                paths[path] = item;
        }
    }

    private static void CutMethods(JsonObject item, string path, IReadOnlySet<(string Method, string Path)> keep)
    {
        foreach (var method in Methods)
            if (!keep.Contains((method.ToUpperInvariant(), path)))
                item.Remove(method);
        if (item["additionalOperations"] is not JsonObject more)
            return;
        foreach (var method in more.Select(m => m.Key).ToList())
            if (!keep.Contains((method, path)) && !keep.Contains((method.ToUpperInvariant(), path)))
                more.Remove(method);
        if (more.Count == 0)
            item.Remove("additionalOperations");
    }

    private static bool HasOperation(JsonObject item) => item.ContainsKey("additionalOperations") || Methods.Any(item.ContainsKey);

    private static IEnumerable<JsonObject> Operations(JsonObject document) => document["paths"]!.AsObject().Select(p => p.Value).OfType<JsonObject>()
        .SelectMany(item => Methods.Select(m => item[m]).Concat((item["additionalOperations"] as JsonObject)?.Select(m => m.Value) ?? [])).OfType<JsonObject>();

    private static HashSet<string> OperationIds(JsonObject document) =>
        [.. Operations(document).Select(o => o["operationId"]).OfType<JsonValue>().Select(v => v.ToString())];

    /// <summary>A link to an operation that is not here would lead nowhere.</summary>
    private static void CutLinks(JsonNode node, HashSet<string> operations)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
                CutLinks(item, operations);
        }
        else if (node is JsonObject members)
        {
            if (members["links"] is JsonObject links)
            {
                foreach (var (name, link) in links.ToList())
                    if (link is JsonObject body && (body["operationRef"] is JsonValue || (body["operationId"] is JsonValue id && !operations.Contains(id.ToString()))))
                        links.Remove(name);
            }

            foreach (var member in members.Select(m => m.Value).OfType<JsonNode>())
                CutLinks(member, operations);
        }
    }

    private static void CutTags(JsonObject document)
    {
        if (document["tags"] is not JsonArray tags)
            return;
        var used = Operations(document).SelectMany(o => (o["tags"] as JsonArray)?.Select(t => t?.ToString()) ?? []).ToHashSet();
        foreach (var tag in tags.ToList())
            if (!used.Contains(tag?["name"]?.ToString()))
                tags.Remove(tag);
        if (tags.Count == 0)
            document.Remove("tags");
    }
}
