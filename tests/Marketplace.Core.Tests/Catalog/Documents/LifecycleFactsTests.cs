using System.Text.Json.Nodes;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Tests.Catalog.Documents;

public sealed class LifecycleFactsTests
{
    private static readonly LifecycleFacts Facts = new(
        Lifecycle.Deprecated, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2027, 3, 1, 23, 59, 59, TimeSpan.Zero), "payments/v2");

    [Fact]
    public void The_end_stands_on_every_operation_and_in_info()
    {
        var document = JsonNode.Parse(Facts.WriteInto(
            """
            {"openapi":"3.1.0","info":{"title":"P","version":"1","x-sunset":{"old":[1]}},
             "paths":{"/a":{"summary":"s","get":{"deprecated":false,"responses":{"200":{"description":"get"}}},"post":{},"parameters":[{"name":"get"}]}},
             "components":{"pathItems":{"p":{"put":{"tags":["x"]}}},"schemas":{"get":{"properties":{"deprecated":{"type":"boolean"}}}}}}
            """))!;
        Assert.Equal("2027-03-01T23:59:59Z", (string?)document["info"]!["x-sunset"]);
        Assert.Equal(("deprecated", "payments/v2"), ((string?)document["info"]!["x-lifecycle"], (string?)document["info"]!["x-successor"]));
        foreach (var operation in new[] { document["paths"]!["/a"]!["get"]!, document["paths"]!["/a"]!["post"]!, document["components"]!["pathItems"]!["p"]!["put"]! })
            Assert.Equal((true, "2027-03-01"), ((bool)operation["deprecated"]!, (string?)operation["x-sunset"]));
        Assert.Equal("boolean", (string?)document["components"]!["schemas"]!["get"]!["properties"]!["deprecated"]!["type"]);
        Assert.Null(document["paths"]!["/a"]!["deprecated"]);
    }

    [Fact]
    public void Everything_else_stays_byte_by_byte()
    {
        const string Text = "{ \"info\": {\"title\": \"\\ud83d\\u00e9 1e400\" } , \"x\": [ 1.00, 1e400, \"\\u0041\", {\"get\": {}} ]\n}";
        var written = Facts.WriteInto(Text);
        Assert.Equal(Text, written.Replace(",\"x-lifecycle\":\"deprecated\",\"x-sunset\":\"2027-03-01T23:59:59Z\",\"x-successor\":\"payments/v2\"", "", StringComparison.Ordinal));
        Assert.NotEqual(Facts.Tag, (Facts with { SunsetAt = null }).Tag);
    }
}
