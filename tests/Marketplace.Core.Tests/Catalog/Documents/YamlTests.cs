using System.Text.Json;
using Marketplace.Core.Catalog;

namespace Marketplace.Core.Tests.Catalog.Documents;

public sealed class YamlTests
{
    private const string Head = "openapi: 3.1.0\ninfo: {title: T, version: 1.10}\npaths: {/a: {get: {}}}\n";

    [Theory]
    [InlineData("no", "\"no\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("YES", "\"YES\"")]
    [InlineData("2024-01-31", "\"2024-01-31\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("'200'", "\"200\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("1.10", "1.10")]
    [InlineData("+7", "7")]
    [InlineData("007", "7")]
    [InlineData("-0.5e-3", "-0.5e-3")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5.0")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("0b11", "\"0b11\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("|-\n  two\n  lines", "\"two\\nlines\"")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    public void Scalars_follow_the_core_schema_of_YAML_1_2(string yaml, string json)
    {
        if (yaml == "-")
            yaml = "'-'";
        var document = Some.Accepted(Head + "x-value: " + yaml + "\n");

        using var parsed = JsonDocument.Parse(document.Json);
        Assert.Equal(json, parsed.RootElement.GetProperty("x-value").GetRawText());
    }

    [Fact]
    public void A_YAML_document_reads_as_its_JSON_twin()
    {
        const string yaml = """
            # the same
            openapi: 3.0.3
            info:
              title: Payments
              version: 1.0
            servers:
              - url: https://{host}/open-banking/v3.1/
                variables: {host: {default: api.example}}
            paths:
              /payments/{id}:
                get:
                  operationId: getPayment
                  tags: [Payments]
                  responses:
                    200: {description: 'yes'}
            """;
        var fromYaml = Some.Accepted(yaml);
        var fromJson = Some.Accepted(fromYaml.Json);

        Assert.Equal((DocumentFormat.Yaml, DocumentFormat.Json), (fromYaml.Format, fromJson.Format));
        Assert.Equal(yaml, fromYaml.Original);
        Assert.Equal(fromJson.Json, fromYaml.Json);
        Assert.Equal("1.0", fromYaml.Version);
        Assert.Equal("/open-banking/v3.1", fromYaml.BasePath);
        Assert.Equal(["https://api.example/open-banking/v3.1/"], fromYaml.Servers);
        Assert.Contains("\"200\":{\"description\":\"yes\"}", fromYaml.Json, StringComparison.Ordinal);
        Assert.Equivalent(fromJson.Operations, fromYaml.Operations, strict: true);
    }

    [Fact]
    public void Aliases_are_expanded()
    {
        var document = Some.Accepted(Head + "x-a: [first, &b {k: [1]}, &c text, *c]\nx-b: *b\nx-c: {in: *c}\n");

        Assert.EndsWith("""
            "x-a":["first",{"k":[1]},"text","text"],"x-b":{"k":[1]},"x-c":{"in":"text"}}
            """, document.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_bomb_is_refused_within_bounded_memory()
    {
        var bomb = Head + "x0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"x{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Some.OnlyProblem(bomb);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 250_000_000);
        Assert.Equal("yaml_alias_expansion", problem.Code);
    }

    [Fact]
    public void Depth_built_with_aliases_counts()
    {
        var deep = Head + "x0: &a0 [1]\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"x{i}: &a{i} [*a{i - 1}]\n"));

        Assert.Equal("document_too_deep", Some.OnlyProblem(deep).Code);
    }

    [Theory]
    [InlineData("x: &a [*a]", "yaml_syntax")]
    [InlineData("x: *unknown", "yaml_syntax")]
    [InlineData("x: &a {b: 1}\ny: {<<: *a}", "yaml_unsupported")]
    [InlineData("x: !include other.yaml", "yaml_unsupported")]
    [InlineData("x: !!binary aGk=", "yaml_unsupported")]
    [InlineData("? [a, b]\n: c", "yaml_unsupported")]
    [InlineData("---\nx: 1", "yaml_unsupported")]
    [InlineData("x: 1\nx: 2", "duplicate_key")]
    [InlineData("200: a\n'200': b", "duplicate_key")]
    public void What_JSON_cannot_say_is_refused_with_its_line(string yaml, string code)
    {
        var problem = Some.OnlyProblem(Head + yaml);

        Assert.Equal(code, problem.Code);
        Assert.Matches(@"\(line [4-5], column \d+\)$", problem.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_allowed()
    {
        Assert.Equal(Head, Some.Accepted("\uFEFF" + Head).Original);
    }
}
