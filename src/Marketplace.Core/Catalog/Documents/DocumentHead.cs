using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>The first lines of a document: which version of OpenAPI it is, and its <c>info</c>.</summary>
internal static class DocumentHead
{
    public static string? Version(JsonElement root, DocumentProblems problems)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add(DocumentProblemCode.NotOpenApi, "An OpenAPI document is an object; this is a list. Give one document.", "#");
            return null;
        }
        var version = Json.Text(root, "openapi") ?? Json.Text(root, "swagger");
        if (version is null)
        {
            problems.Add(
                DocumentProblemCode.NotOpenApi,
                root.TryGetProperty("asyncapi", out _) ? "This is an AsyncAPI document. Give an OpenAPI document; it starts with `openapi` or `swagger`."
                : "This is not an OpenAPI document: neither `openapi` nor `swagger` names its version. Add `\"openapi\": \"3.1.0\"` if it is one.",
                "#");
            return null;
        }
        var field = root.TryGetProperty("openapi", out _) ? "openapi" : "swagger";
        var known = field == "swagger"
            ? version == "2.0"
            : version.Split('.') is ["3", "0" or "1" or "2", .. { Length: <= 1 }];
        if (known)
            return version;
        problems.Add(
            DocumentProblemCode.VersionUnsupported,
            $"OpenAPI \"{JsonGuard.Shorten(version)}\" cannot be read here. Convert the document to OpenAPI 2.0, 3.0, 3.1 or 3.2.",
            "#/" + field);
        return null;
    }

    public static void CheckInfo(JsonElement root, DocumentProblems problems)
    {
        if (!root.TryGetProperty("info", out var info) || info.ValueKind != JsonValueKind.Object)
        {
            problems.Add(DocumentProblemCode.InfoMissing, "The document has no `info`. Add it with a `title` and a `version`.", "#/info");
            return;
        }
        if (Json.Text(info, "title") is null)
            problems.Add(DocumentProblemCode.InfoMissing, "The document has no title. Add `info.title`.", "#/info/title");
        if (Json.Text(info, "version") is null)
            problems.Add(DocumentProblemCode.InfoMissing, "The document has no version. Add `info.version`.", "#/info/version");
    }
}
