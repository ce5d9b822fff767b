using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Tests.Catalog.Documents;

public sealed partial class OperationTests
{
    [Fact]
    public void An_operation_carries_what_the_catalog_shows()
    {
        var operation = Assert.Single(Some.Accepted(Some.Spec(
            """
            "/payments/{id}":{"summary":"of the path","delete":{"operationId":"cancel","description":"D","tags":["A"," B ","A",""],"deprecated":true}}
            """,
            ""","security":[{"oauth":["x"]},{"key":[]}]""")).Operations);

        Assert.Equivalent(
            new SpecOperation("DELETE", "/payments/{id}", "/payments/{}", "cancel", "cancel", "of the path", "D", ["A", "B"], true, ["oauth", "key"], null),
            operation,
            strict: true);
    }

    [Fact]
    public void Without_an_operationId_the_key_comes_from_method_and_path_without_parameter_names()
    {
        Assert.Equal(
            Key("\"/a/{x}/files/{name}.json\":{\"get\":{}}"),
            Key("\"/a/{id}/files/{file}.json\":{\"get\":{\"operationId\":\" \"}}"));
        Assert.Equal("GET:/a/{}", Key("\"/a/{x}\":{\"get\":{}}"));
    }

    [Theory]
    [InlineData("List all questions")]
    [InlineData("zahlung-ändern")]
    [InlineData("a\\\\b")]
    [InlineData("q\\\"q")]
    public void Every_key_is_an_OAuth_scope_token(string operationId)
    {
        var key = Key($"\"/a\":{{\"get\":{{\"operationId\":\"{operationId}\"}}}}");

        Assert.Matches(ScopeToken(), key);
    }

    [Fact]
    public void OperationIds_that_differ_only_in_what_a_scope_token_cannot_hold_keep_different_keys_in_any_order()
    {
        const string one = "\"/a\":{\"get\":{\"operationId\":\"list all\"}}";
        const string two = "\"/b\":{\"get\":{\"operationId\":\"list\\tall\"}}";
        var there = Some.Accepted(Some.Spec(one + "," + two)).Operations.ToDictionary(o => o.Path, o => o.Key);
        var back = Some.Accepted(Some.Spec(two + "," + one)).Operations.ToDictionary(o => o.Path, o => o.Key);

        Assert.NotEqual(there["/a"], there["/b"]);
        Assert.Equal(there["/a"], back["/a"]);
        Assert.Equal(there["/b"], back["/b"]);
        Assert.Equal(there["/a"], Key(one));
    }

    [Fact]
    public void A_derived_key_gives_way_to_an_operationId_that_looks_like_it()
    {
        var keys = Some.Accepted(Some.Spec("""
            "/a":{"get":{}},"/b":{"get":{"operationId":"GET:/a"}}
            """)).Operations.Select(o => o.Key).ToList();

        Assert.Equal("GET:/a", keys[1]);
        Assert.StartsWith("GET:/a~", keys[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?Action=Stop")]
    [InlineData("/#X-Amz-Target=Stop")]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/a;b")]
    [InlineData("/a%2Fb")]
    public void A_path_that_no_data_plane_can_tell_apart_is_listed_and_closed(string path)
    {
        var document = Some.Accepted(Some.Spec($"\"{path}\":{{\"get\":{{}}}},\"/open\":{{\"get\":{{}}}}"));

        Assert.NotNull(document.Operations[0].NotEnforceable);
        Assert.Null(document.Operations[1].NotEnforceable);
        Assert.Equal("operation_not_enforceable", Assert.Single(document.Warnings).Code);
    }

    [Fact]
    public void Identical_paths_are_closed_together_and_keep_different_keys()
    {
        var document = Some.Accepted(Some.Spec("""
            "/a/{x}":{"get":{},"put":{}},"/a/{y}":{"get":{}}
            """));

        Assert.Equal([true, false, true], document.Operations.Select(o => o.NotEnforceable is not null));
        Assert.Equal(3, document.Operations.Select(o => o.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("identical_paths", Assert.Single(document.Warnings).Code);
    }

    [Fact]
    public void A_path_item_that_refers_to_another_has_its_operations()
    {
        var document = Some.Accepted(Some.Spec(
            "\"/a\":{\"$ref\":\"#/components/pathItems/A\"}", ",\"components\":{\"pathItems\":{\"A\":{\"get\":{\"operationId\":\"read\"}}}}"));

        Assert.Equal(("/a", "read"), (document.Operations[0].Path, document.Operations[0].Key));
    }

    [Fact]
    public void OpenAPI_3_2_knows_query_and_additional_operations()
    {
        const string paths = """ "/a":{"query":{},"additionalOperations":{"LOCK":{}}} """;

        Assert.Equal(["QUERY", "LOCK"], Some.Accepted(Some.Spec(paths, openapi: "3.2.0")).Operations.Select(o => o.Method));
        Assert.Equal("no_paths", Some.OnlyProblem(Some.Spec(paths)).Code);
    }

    [Fact]
    public void OpenAPI_2_0_gives_base_path_and_servers()
    {
        var document = Some.Accepted("""
            {"swagger":"2.0","info":{"title":"T","version":"1"},"host":"api.example","basePath":"/v1/","schemes":["https","http"],"paths":{"/a":{"get":{}}}}
            """);

        Assert.Equal("/v1", document.BasePath);
        Assert.Equal(["https://api.example/v1/", "http://api.example/v1/"], document.Servers);
    }

    [Theory]
    [InlineData("/v1", "/v1")]
    [InlineData("https://host", "")]
    [InlineData("https://host/", "")]
    [InlineData("https://host/a/b/", "/a/b")]
    [InlineData("https://{h}/{base}", "/deep/er")]
    [InlineData("v1", "/v1")]
    [InlineData("/{unknown}", "")]
    [InlineData("/a/../b", "")]
    [InlineData("/a?b=c", "")]
    public void The_base_path_is_that_of_the_first_server(string url, string basePath) => Assert.Equal(
        basePath,
        Some.Accepted(Some.Spec(
            "\"/a\":{\"get\":{}}",
            ",\"servers\":[{\"url\":\"" + url + "\",\"variables\":{\"h\":{\"default\":\"x\"},\"base\":{\"default\":\"deep/er\"}}}]")).BasePath);

    private static string Key(string paths) => Assert.Single(Some.Accepted(Some.Spec(paths)).Operations).Key;

    // RFC 6749 §3.3
    [GeneratedRegex(@"^[\x21\x23-\x5B\x5D-\x7E]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScopeToken();
}
