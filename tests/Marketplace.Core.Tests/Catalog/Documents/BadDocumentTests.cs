using System.Text;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Tests.Catalog.Documents;

public sealed class BadDocumentTests
{
    [Theory]
    [InlineData("", "document_empty")]
    [InlineData(" \n\t ", "document_empty")]
    [InlineData("hello", "document_not_json_or_yaml")]
    [InlineData("<!DOCTYPE html><html></html>", "document_not_json_or_yaml")]
    [InlineData("- a\n- b", "document_not_json_or_yaml")]
    [InlineData("[1]", "not_openapi")]
    [InlineData("{}", "not_openapi")]
    [InlineData("""{"asyncapi":"2.0.0"}""", "not_openapi")]
    [InlineData("""{"openapi":"4.0.0"}""", "openapi_version_unsupported")]
    [InlineData("""{"swagger":"1.2"}""", "openapi_version_unsupported")]
    [InlineData("""{"openapi":"3.0.0",}""", "json_syntax")]
    [InlineData("""{"openapi":"3.0.0" """, "json_syntax")]
    [InlineData("""{"a":"\ud800"}""", "document_bad_text")]
    [InlineData("""{"a":"\u0000"}""", "document_bad_text")]
    [InlineData("openapi: 3.0.0\n\tinfo: {}", "yaml_syntax")]
    [InlineData("a: [1, 2", "yaml_syntax")]
    public void What_is_no_document_is_refused(string text, string code) => Assert.Equal(code, Some.OnlyProblem(text).Code);

    [Fact]
    public void A_syntax_error_says_line_and_column()
    {
        Assert.Contains("line 2, column 12", Some.OnlyProblem("{\n \"openapi\" 3}").Message, StringComparison.Ordinal);
        Assert.Contains("line 2, column 4", Some.OnlyProblem("a: b\nc: - d").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_megabytes_are_refused_without_being_read()
    {
        var bytes = new byte[60 * 1024 * 1024];
        bytes.AsSpan().Fill((byte)'[');
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Assert.Single(SpecReader.Read(bytes).Problems);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal("document_too_large", problem.Code);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("""{"a":""", "}")]
    public void Two_hundred_levels_of_JSON_are_refused(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 200)) + "1" + string.Concat(Enumerable.Repeat(close, 200));

        Assert.Equal("document_too_deep", Some.OnlyProblem(deep).Code);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    public void Two_hundred_levels_of_YAML_are_refused(string open)
    {
        var deep = "x: " + string.Concat(Enumerable.Repeat(open, 200));

        Assert.Equal("document_too_deep", Some.OnlyProblem(deep).Code);
    }

    [Fact]
    public void More_values_than_any_real_document_holds_are_refused()
    {
        var text = Some.Spec("", ",\"x-a\":[" + string.Join(',', Enumerable.Repeat("0", 500_001)) + "]");

        Assert.Equal("document_too_many_values", Some.OnlyProblem(text).Code);
    }

    [Fact]
    public void Invalid_UTF8_is_refused_with_its_place()
    {
        var problem = Assert.Single(SpecReader.Read((byte[])[.. "openapi: 3.0.0\ninfo: é"u8, 0xC3, 0x28]).Problems);

        Assert.Equal("document_not_utf8", problem.Code);
        Assert.Contains("line 2, column 8", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UTF16_is_refused_by_name()
    {
        var problem = Assert.Single(SpecReader.Read((byte[])[0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{}")]).Problems);

        Assert.Contains("UTF-16", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NUL_byte_does_not_hide_the_rest_of_a_YAML_document()
    {
        Assert.Equal("document_bad_text", Some.OnlyProblem("openapi: 3.0.0\n\0paths: {}").Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"x-note\":{}")]
    public void A_document_without_paths_is_refused(string paths) => Assert.Equal("no_paths", Some.OnlyProblem(Some.Spec(paths)).Code);

    [Fact]
    public void Paths_without_operations_are_refused() => Assert.Equal("no_paths", Some.OnlyProblem(Some.Spec("\"/a\":{}")).Code);

    [Fact]
    public void A_document_with_only_webhooks_is_refused_with_what_to_do()
    {
        var problem = Some.OnlyProblem("""{"openapi":"3.1.0","info":{"title":"t","version":"1"},"webhooks":{"a":{"post":{}}}}""");

        Assert.Equal("no_paths", problem.Code);
        Assert.Contains("webhooks", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicate_operationIds_name_both_places()
    {
        var problem = Some.OnlyProblem(Some.Spec("""
            "/a":{"get":{"operationId":"read"}},"/b":{"get":{"operationId":"read"}}
            """));

        Assert.Equal("duplicate_operation_id", problem.Code);
        Assert.Contains("#/paths/~1a/get", problem.Message, StringComparison.Ordinal);
        Assert.Contains("#/paths/~1b/get", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("file:///etc/passwd")]
    [InlineData("../common.yaml#/Pet")]
    [InlineData("Pet")]
    [InlineData("")]
    public void A_reference_out_of_the_document_is_refused_with_its_place(string reference)
    {
        var problem = Some.OnlyProblem(Some.Spec("\"/a\":{\"get\":{\"responses\":{\"default\":{\"$ref\":\"" + reference + "\"}}}}"));

        Assert.Equal("external_reference", problem.Code);
        Assert.Contains("#/paths/~1a/get/responses/default/$ref", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_and_a_circular_reference_are_refused()
    {
        var outcome = Some.Read(Some.Spec(
            """ "/a":{"get":{"responses":{"200":{"$ref":"#/components/responses/Gone"}}}} """,
            ""","components":{"schemas":{"A":{"$ref":"#/components/schemas/B"},"B":{"$ref":"#/components/schemas/A"}}}"""));

        Assert.Equal(["reference_circular", "reference_circular", "reference_broken"], outcome.Problems.Select(p => p.Code));
    }

    [Fact]
    public void A_document_on_which_the_library_throws_is_refused_clearly()
    {
        // A boolean schema under properties, as in two of the directory's codat.io documents.
        var problem = Some.OnlyProblem(Some.Spec("\"/a\":{\"get\":{}}", """
            ,"components":{"schemas":{"A":{"properties":{"x":false}}}}
            """));

        Assert.Contains("#/components/schemas/A/properties/x", problem.Message, StringComparison.Ordinal);
        Assert.Equal("document_unreadable", problem.Code);
    }

    [Fact]
    public void All_problems_are_found_and_the_list_is_bounded()
    {
        var paths = string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"no-slash-{i}\":{{\"get\":{{}}}}"));
        var problems = Some.Read(Some.Spec(paths)).Problems;

        Assert.Equal(21, problems.Count);
        Assert.Equal(("more_problems", "10 more problems are not listed. Mend these first and publish again."), (problems[20].Code, problems[20].Message));
        Assert.All(problems, p => Assert.Equal("document", p.Field));
    }

    [Fact]
    public void More_operations_than_allowed_are_refused_once()
    {
        var paths = string.Join(',', Enumerable.Range(0, 5).Select(i => $"\"/p{i}\":{{\"get\":{{}}}}"));

        Assert.Equal("too_many_operations", Some.OnlyProblem(Some.Spec(paths), new DocumentLimits { MaxOperations = 3 }).Code);
    }

    [Theory]
    [InlineData("/a/{b", "path_invalid")]
    [InlineData("/a/b}", "path_invalid")]
    [InlineData("/a/{b{c}}", "path_invalid")]
    [InlineData("/a/{b/c}", "path_invalid")]
    [InlineData("/a/{}", "path_invalid")]
    [InlineData("a", "path_invalid")]
    [InlineData("/a\\nb", "path_invalid")]
    public void A_malformed_path_is_refused(string path, string code) =>
        Assert.Equal(code, Some.OnlyProblem(Some.Spec($"\"{path}\":{{\"get\":{{}}}}")).Code);

    [Fact]
    public void A_method_in_upper_case_is_refused_because_readers_skip_it() =>
        Assert.Equal("method_invalid", Some.OnlyProblem(Some.Spec("\"/a\":{\"GET\":{},\"put\":{}}")).Code);

    [Fact]
    public void Duplicate_names_in_JSON_are_refused_with_pointer_and_line()
    {
        var problem = Some.OnlyProblem("{\"a\":[{\"b\":1,\n\"b\":2}]}");

        Assert.Equal("duplicate_key", problem.Code);
        Assert.Contains("#/a/0/b, line 2, column 1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_only_in_their_escapes_are_the_same_name() =>
        Assert.Equal("duplicate_key", Some.OnlyProblem("""{"a":1,"\u0061":2}""").Code);
}
