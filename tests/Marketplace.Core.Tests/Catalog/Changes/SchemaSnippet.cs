namespace Marketplace.Core.Tests.Catalog.Changes;

/// <summary>A schema written as JSON, put into each place where an operation can have one.</summary>
internal static class SchemaSnippet
{
    public static readonly IReadOnlyDictionary<string, Func<string, string>> Places = new Dictionary<string, Func<string, string>>(StringComparer.Ordinal)
    {
        ["request-body"] = Request,
        ["request-property"] = s => Request(Property(s)),
        ["request-parameter"] = Parameter,
        ["request-parameter-property"] = s => Parameter(Property(s)),
        ["response-body"] = Response,
        ["response-property"] = s => Response(Property(s)),
        ["response-header"] = s => Operation(Put(s, """{"responses":{"200":{"description":"","headers":{"X-Page":{"schema":§}}}}}""")),
    };

    public static string Request(string schema) => Operation(Put(schema, """{"requestBody":{"content":{"application/json":{"schema":§}}},"responses":{}}"""));

    public static string Response(string schema) => Operation(Put(schema, """{"responses":{"200":{"description":"","content":{"application/json":{"schema":§}}}}}"""));

    public static string Parameter(string schema) => Operation(Put(schema, """{"parameters":[{"in":"query","name":"q","schema":§}],"responses":{}}"""));

    /// <summary>An operation <c>POST /a</c> called <c>act</c>.</summary>
    public static string Operation(string operation, string rest = "") => Put(
        operation[1..],
        """{"openapi":"3.1.0","info":{"title":"T","version":"1"}""" + rest + ""","paths":{"/a":{"post":{"operationId":"act",§}}}""");

    public static string Put(string value, string into) => into.Replace("§", value, StringComparison.Ordinal);

    private static string Property(string schema) => Put(schema, """{"type":"object","properties":{"p":§}}""");
}
