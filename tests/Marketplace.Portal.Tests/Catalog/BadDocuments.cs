using System.Text;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

/// <param name="Code">What a program is told.</param>
/// <param name="Place">Where in the document, as the sentence says it: a JSON pointer, or line and column.</param>
internal sealed record BadDocument(byte[] Bytes, string Code, string Place, string ContentType = "application/json")
{
    public static BadDocument Json(string text, string code, string place) => new(Encoding.UTF8.GetBytes(text), code, place);

    public static BadDocument Yaml(string text, string code, string place) => new(Encoding.UTF8.GetBytes(text), code, place, "application/yaml");
}

/// <summary>What people and attackers send instead of a document.</summary>
internal static class BadDocuments
{
    /// <summary>Nobody may ever ask this address.</summary>
    public const string Address = "http://127.0.0.1:PORT/shared.json";

    private const string Head = """{"openapi":"3.0.3","info":{"title":"T","version":"1"},""";

    public static IReadOnlyDictionary<string, BadDocument> All { get; } = new Dictionary<string, BadDocument>(StringComparer.Ordinal)
    {
        ["nothing"] = BadDocument.Json("", "document_empty", ""),
        ["neither JSON nor YAML"] = BadDocument.Json("<html><body>Not here</body></html>", "document_not_json_or_yaml", ""),
        ["broken JSON"] = BadDocument.Json("{\"openapi\":\"3.0.0\",\n\"info\":", "json_syntax", "(line 2, column "),
        ["broken YAML"] = BadDocument.Yaml("openapi: 3.0.0\ninfo: [a, b", "yaml_syntax", "(line "),
        ["YAML that binds a tag"] = BadDocument.Yaml("openapi: 3.0.0\ninfo: !include /etc/passwd\n", "yaml_unsupported", "(line 2, column 7)"),
        ["an alias bomb"] = BadDocument.Yaml(Bomb, "yaml_alias_expansion", "(line "),
        ["200 levels of JSON"] = BadDocument.Json(Head + "\"x\":" + new string('[', 200) + new string(']', 200) + "}", "document_too_deep", "(line 1, column "),
        ["200 levels of YAML"] = BadDocument.Yaml("x: " + new string('[', 200) + new string(']', 200), "document_too_deep", "(line 1, column "),
        ["too many values"] = BadDocument.Json(Head + "\"x\":[" + string.Join(',', Enumerable.Repeat("0", 500_001)) + "]}", "document_too_many_values", ""),
        ["no paths"] = BadDocument.Json(Head + "\"paths\":{}}", "no_paths", "(#/paths)"),
        ["paths without operations"] = BadDocument.Json(Head + "\"paths\":{\"/a\":{}}}", "no_paths", "(#/paths)"),
        ["another kind of document"] = BadDocument.Yaml("asyncapi: 2.6.0\n", "not_openapi", "(#)"),
        ["an unknown version"] = BadDocument.Json("""{"swagger":"1.2"}""", "openapi_version_unsupported", "(#/swagger)"),
        ["one operationId twice"] = BadDocument.Json(
            Head + """ "paths":{"/a":{"get":{"operationId":"read"}},"/b":{"get":{"operationId":"read"}}}}""", "duplicate_operation_id", "(#/paths/~1b/get)"),
        ["one key twice"] = BadDocument.Json(Head + "\n\"paths\":{},\"paths\":{\"/a\":{}}}", "duplicate_key", "(#/paths, line 2, column "),
        ["a reference to a file"] = Reference("file:///etc/passwd"),
        ["a reference to a relative file"] = Reference("../../etc/passwd"),
        ["a reference to a URL"] = Reference(Address),
        ["a path item from a URL"] = BadDocument.Json(
            Head + "\"paths\":{\"/a\":{\"$ref\":\"" + Address + "\"}}}", "external_reference", "(#/paths/~1a/$ref)"),
        ["a broken reference"] = BadDocument.Json(
            Head + """ "paths":{"/a":{"get":{"responses":{"200":{"$ref":"#/components/responses/Gone"}}}}}}""", "reference_broken", "(#/paths/~1a/get/responses/200/$ref)"),
        ["invalid UTF-8"] = new([.. Encoding.UTF8.GetBytes("openapi: 3.0.0\ninfo: {title: caf"), 0xE9, .. "}"u8], "document_not_utf8", "(line 2, column ", "application/yaml"),
        ["UTF-16"] = new([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{}")], "document_not_utf8", ""),
        ["a real one on which the reader library throws"] = new(
            File.ReadAllBytes(RealDocuments.Sample().Single(file => RealDocuments.NameOf(file) == "codat.io/sync-for-expenses.json")), "document_unreadable", "(#/components/schemas/"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>A kilobyte that stands for 10^30 values.</summary>
    public static string Bomb => "openapi: 3.0.0\nx0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + string.Concat(
        Enumerable.Range(1, 30).Select(i => $"x{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

    private static BadDocument Reference(string to) => BadDocument.Json(
        Head + "\"paths\":{\"/a\":{\"get\":{\"responses\":{\"200\":{\"$ref\":\"" + to + "\"}}}}}}", "external_reference", "(#/paths/~1a/get/responses/200/$ref)");
}
