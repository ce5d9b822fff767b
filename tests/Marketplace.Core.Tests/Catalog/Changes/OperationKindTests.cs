using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Tests.Catalog.Documents;
using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Tests.Catalog.Changes;

/// <summary>What happens to operations, their messages and their document. Each row is before and after, in YAML.</summary>
public sealed class OperationKindTests
{
    private const string Ok = "responses: {'200': {description: ok}}";
    private const string Get = "/a: {get: {operationId: act, " + Ok + "}}";
    private const string Kept = "/k: {get: {operationId: kept, " + Ok + "}}";

    private static readonly (string Kind, Verdict Verdict, string Before, string After)[] Rows =
    [
        ("endpoint-added", Compatible, Kept, $"{Kept}|{Get}"),
        ("endpoint-deprecated", Compatible, Op(""), Op("deprecated: true")),
        ("endpoint-deprecated-with-sunset", Compatible, Op(""), Op("deprecated: true, x-sunset: '2027-01-31'")),
        ("endpoint-reactivated", Compatible, Op("deprecated: true"), Op("")),
        ("api-removed-without-deprecation", Breaking, $"/k: {{get: {{operationId: kept, {Ok}}}, put: {{operationId: act, {Ok}}}}}", Kept),
        ("api-removed-before-sunset", Breaking, $"/k: {{get: {{operationId: kept, {Ok}}}, put: {{operationId: act, deprecated: true, x-sunset: '2027-01-31', {Ok}}}}}", Kept),
        ("api-removed-with-deprecation", Dangerous, $"/k: {{get: {{operationId: kept, {Ok}}}, put: {{operationId: act, deprecated: true, x-sunset: '2026-01-31', {Ok}}}}}", Kept),
        ("api-path-removed-without-deprecation", Breaking, $"{Kept}|{Get}", Kept),
        ("api-path-removed-before-sunset", Breaking, $"{Kept}|{Op("deprecated: true, x-sunset: '2027-01-31'")}", Kept),
        ("api-path-removed-with-deprecation", Dangerous, $"{Kept}|{Op("deprecated: true")}", Kept),
        ("endpoint-path-changed", Breaking, Get, Get.Replace("/a:", "/b:", StringComparison.Ordinal)),
        ("endpoint-operation-id-changed", Breaking, Get, Get.Replace(": act", ": perform", StringComparison.Ordinal)),
        ("api-operation-id-added", Compatible, Get.Replace("operationId: act, ", "", StringComparison.Ordinal), Get),
        ("api-tag-added", Compatible, Op(""), Op("tags: [x]")),
        ("api-tag-removed", Compatible, Op("tags: [x]"), Op("")),
        ("api-security-became-required", Breaking, Op(""), Op("security: [{oauth: []}]")),
        ("api-security-added", Compatible, Op("security: [{oauth: []}]"), Op("security: [{oauth: []}, {key: []}]")),
        ("api-security-removed", Breaking, Op("security: [{oauth: []}, {key: []}]"), Op("security: [{oauth: []}]")),
        ("api-security-scope-added", Breaking, Op("security: [{oauth: []}]"), Op("security: [{oauth: [read]}]")),
        ("api-security-scope-removed", Compatible, Op("security: [{oauth: [read]}]"), Op("security: [{oauth: []}]")),
        ("callback-added", Compatible, Op(""), Op("callbacks: {done: {'{$request.body#/url}': {}}}")),
        ("callback-removed", Breaking, Op("callbacks: {done: {'{$request.body#/url}': {}}}"), Op("")),
        ("webhook-added", Compatible, Get, Get + "||webhooks: {paid: {post: {}}}"),
        ("webhook-removed", Breaking, Get + "||webhooks: {paid: {post: {}}}", Get),
        ("api-server-added", Compatible, Get + "||servers: [{url: 'https://one.example'}]", Get + "||servers: [{url: 'https://one.example'}, {url: 'https://two.example'}]"),
        ("api-server-removed", Dangerous, Get + "||servers: [{url: 'https://one.example'}, {url: 'https://two.example'}]", Get + "||servers: [{url: 'https://one.example'}]"),
        ("api-base-path-changed", Dangerous, Get + "||servers: [{url: /v1}]", Get + "||servers: [{url: /v2}]"),
        ("api-security-component-added", Compatible, Schemes("a: {type: http}"), Schemes("a: {type: http}, b: {type: http}")),
        ("api-security-component-removed", Compatible, Schemes("a: {type: http}, b: {type: http}"), Schemes("a: {type: http}")),
        ("api-security-component-type-changed", Dangerous, Schemes("a: {type: http}"), Schemes("a: {type: apiKey}")),
        ("api-security-component-oauth-url-changed", Compatible, Flow("authorizationUrl: 'https://a'"), Flow("authorizationUrl: 'https://b'")),
        ("api-security-component-oauth-token-url-changed", Compatible, Flow("tokenUrl: 'https://a'"), Flow("tokenUrl: 'https://b'")),
        ("api-security-component-oauth-scope-added", Compatible, Flow("scopes: {r: ''}"), Flow("scopes: {r: '', w: ''}")),
        ("api-security-component-oauth-scope-removed", Compatible, Flow("scopes: {r: '', w: ''}"), Flow("scopes: {r: ''}")),
        ("new-required-request-parameter", Breaking, Op(""), Query("required: true")),
        ("new-optional-request-parameter", Compatible, Op(""), Query("")),
        ("new-request-path-parameter", Breaking, "/a/{x}: {get: {operationId: act, " + Ok + "}}", "/a/{x}: {get: {operationId: act, parameters: [{in: path, name: x, required: true, schema: {}}], " + Ok + "}}"),
        ("request-parameter-removed", Dangerous, Query(""), Op("")),
        ("request-parameter-removed-with-deprecation", Compatible, Query("deprecated: true"), Op("")),
        ("request-parameter-became-required", Breaking, Query(""), Query("required: true")),
        ("request-parameter-became-optional", Compatible, Query("required: true"), Query("")),
        ("request-parameter-deprecated", Compatible, Query(""), Query("deprecated: true")),
        ("request-parameter-reactivated", Compatible, Query("deprecated: true"), Query("")),
        ("request-parameter-style-changed", Breaking, Query("explode: true"), Query("explode: false")),
        ("request-body-added-required", Breaking, Op(""), Body("required: true")),
        ("request-body-added-optional", Compatible, Op(""), Body("")),
        ("request-body-removed", Breaking, Body(""), Op("")),
        ("request-body-became-required", Breaking, Body(""), Body("required: true")),
        ("request-body-became-optional", Compatible, Body("required: true"), Body("")),
        ("request-body-media-type-added", Compatible, Body(""), Op("requestBody: {content: {application/json: {}, text/csv: {}}}")),
        ("request-body-media-type-removed", Breaking, Op("requestBody: {content: {application/json: {}, text/csv: {}}}"), Body("")),
        ("request-body-media-type-schema-added", Breaking, Body(""), Op("requestBody: {content: {application/json: {schema: {type: string}}}}")),
        ("request-body-media-type-schema-removed", Compatible, Op("requestBody: {content: {application/json: {schema: {type: string}}}}"), Body("")),
        ("response-success-status-added", Compatible, Get, Answers("'200': {description: ok}, '202': {description: later}")),
        ("response-success-status-removed", Breaking, Answers("'200': {description: ok}, '202': {description: later}"), Get),
        ("response-non-success-status-added", Compatible, Get, Answers("'200': {description: ok}, '404': {description: none}")),
        ("response-non-success-status-removed", Compatible, Answers("'200': {description: ok}, '404': {description: none}"), Get),
        ("response-media-type-added", Compatible, Answer("content: {application/json: {}}"), Answer("content: {application/json: {}, text/csv: {}}")),
        ("response-media-type-removed", Breaking, Answer("content: {application/json: {}, text/csv: {}}"), Answer("content: {application/json: {}}")),
        ("response-body-media-type-schema-added", Compatible, Answer("content: {application/json: {}}"), Answer("content: {application/json: {schema: {type: string}}}")),
        ("response-body-media-type-schema-removed", Breaking, Answer("content: {application/json: {schema: {type: string}}}"), Answer("content: {application/json: {}}")),
        ("response-header-added", Compatible, Answer(""), Answer("headers: {X-A: {}}")),
        ("required-response-header-removed", Breaking, Answer("headers: {X-A: {required: true}}"), Answer("")),
        ("optional-response-header-removed", Dangerous, Answer("headers: {X-A: {}}"), Answer("")),
        ("response-header-became-optional", Breaking, Answer("headers: {X-A: {required: true}}"), Answer("headers: {X-A: {}}")),
        ("response-header-became-required", Compatible, Answer("headers: {X-A: {}}"), Answer("headers: {X-A: {required: true}}")),
        ("new-required-request-property", Breaking, Send("{}"), Send("{p: {type: string}}", "p")),
        ("new-required-request-property-with-default", Breaking, Send("{}"), Send("{p: {type: string, default: a}}", "p")),
        ("new-optional-request-property", Compatible, Send("{}"), Send("{p: {type: string}}")),
        ("request-property-removed", Dangerous, Send("{p: {type: string}}"), Send("{}")),
        ("request-property-became-required", Breaking, Send("{p: {type: string}}"), Send("{p: {type: string}}", "p")),
        ("request-property-became-required-with-default", Breaking, Send("{p: {default: a}}"), Send("{p: {default: a}}", "p")),
        ("request-property-became-optional", Compatible, Send("{p: {type: string}}", "p"), Send("{p: {type: string}}")),
        ("response-required-property-added", Compatible, Receive("{}"), Receive("{p: {type: string}}", "p")),
        ("response-optional-property-added", Compatible, Receive("{}"), Receive("{p: {type: string}}")),
        ("response-required-property-removed", Breaking, Receive("{p: {type: string}}", "p"), Receive("{}")),
        ("response-optional-property-removed", Dangerous, Receive("{p: {type: string}}"), Receive("{}")),
        ("response-property-became-optional", Breaking, Receive("{p: {type: string}}", "p"), Receive("{p: {type: string}}")),
        ("response-property-became-required", Compatible, Receive("{p: {type: string}}"), Receive("{p: {type: string}}", "p")),
        .. Flag("request", "readOnly", "read-only", Compatible, Compatible, Breaking, Compatible),
        .. Flag("request", "writeOnly", "write-only", Compatible, Compatible, Compatible, Compatible),
        .. Flag("response", "readOnly", "read-only", Compatible, Compatible, Compatible, Compatible),
        .. Flag("response", "writeOnly", "write-only", Breaking, Dangerous, Compatible, Compatible),
    ];

    public static IEnumerable<string> Kinds => Rows.Select(r => r.Kind);

    [Fact]
    public void Every_change_of_an_operation_and_its_document_has_its_kind_and_verdict()
    {
        var wrong = new List<string>();
        foreach (var row in Rows)
        {
            var found = DocumentDiff.Compare(Document(row.Before), Document(row.After), new DateOnly(2026, 11, 20)).All;
            // What an operation is called decides which it is, so a renamed one is also a new one.
            var told = found.Where(c => row.Kind != "endpoint-operation-id-changed" || c.Kind != "endpoint-added")
                .Where(c => row.Kind != "api-base-path-changed" || !c.Kind.StartsWith("api-server-", StringComparison.Ordinal)).ToList();
            if (told is not [var only] || only.Kind != row.Kind || only.Verdict != row.Verdict || only.Sentence.Contains("``", StringComparison.Ordinal))
                wrong.Add($"{row.Kind} {row.Verdict}: {string.Join(", ", told.Select(c => $"{c.Kind} {c.Verdict} \"{c.Sentence}\""))}");
        }

        Assert.Empty(wrong);
    }

    private static string Document(string text)
    {
        var parts = text.Split("||");
        var rest = parts.Length > 1 ? parts[1] + "\n" : "";
        var paths = string.Concat(parts[0].Split('|').Select(p => "  " + p + "\n"));
        return Some.Accepted($"openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{rest}paths:\n{paths}").Json;
    }

    private static string Op(string members) => members.Length == 0 ? Get : $"/a: {{get: {{operationId: act, {members}, {Ok}}}}}";

    private static string Query(string members) => Op($"parameters: [{{in: query, name: q, {(members.Length > 0 ? members + ", " : "")}schema: {{type: array, items: {{type: string}}}}}}]");

    private static string Body(string members) => Op($"requestBody: {{{(members.Length > 0 ? members + ", " : "")}content: {{application/json: {{}}}}}}");

    private static string Answers(string responses) => $"/a: {{get: {{operationId: act, responses: {{{responses}}}}}}}";

    private static string Answer(string members) => Answers($"'200': {{description: ok{(members.Length > 0 ? ", " + members : "")}}}");

    private static string Send(string properties, string required = "") =>
        Op($"requestBody: {{content: {{application/json: {{schema: {{type: object, required: [{required}], properties: {properties}}}}}}}}}");

    private static string Receive(string properties, string required = "") =>
        Answer($"content: {{application/json: {{schema: {{type: object, required: [{required}], properties: {properties}}}}}}}");

    private static string Schemes(string schemes) => $"{Get}||components: {{securitySchemes: {{{schemes}}}}}";

    private static string Flow(string members) => Schemes($"a: {{type: oauth2, flows: {{clientCredentials: {{{members}}}}}}}");

    private static (string, Verdict, string, string)[] Flag(
        string direction, string keyword, string slug, Verdict setRequired, Verdict setOptional, Verdict unsetRequired, Verdict unsetOptional)
    {
        string Make(bool set, string required) => direction == "request"
            ? Send($"{{p: {{type: string, {keyword}: {(set ? "true" : "false")}}}}}", required)
            : Receive($"{{p: {{type: string, {keyword}: {(set ? "true" : "false")}}}}}", required);
        return
        [
            ($"{direction}-required-property-became-{slug}", setRequired, Make(false, "p"), Make(true, "p")),
            ($"{direction}-optional-property-became-{slug}", setOptional, Make(false, ""), Make(true, "")),
            ($"{direction}-required-property-became-not-{slug}", unsetRequired, Make(true, "p"), Make(false, "p")),
            ($"{direction}-optional-property-became-not-{slug}", unsetOptional, Make(true, ""), Make(false, "")),
        ];
    }
}
