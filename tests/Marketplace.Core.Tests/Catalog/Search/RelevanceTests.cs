using System.Text;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Search;

public sealed class RelevanceTests
{
    [Fact]
    public void Of_sixty_searches_of_developers_at_least_54_show_what_is_meant_among_the_first_three()
    {
        var queries = Query.All();
        Assert.Equal(60, queries.Count);
        var index = new DirectoryIndex(RealDocuments.All());

        var report = new StringBuilder();
        var met = 0;
        foreach (var query in queries)
        {
            var first = index.FirstThree(query.Text, query.ForApi);
            if (query.IsMetBy(first))
                met++;
            else
                report.AppendLine($"{query.Text}: {string.Join(" | ", first)}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{met} of {queries.Count} met over {index.Lines} documents, {index.Index.OperationCount} operations\n{report}");
        Assert.True(met >= 54, $"{met} of {queries.Count} met.\n{report}");
    }

    private sealed record Query(string Text, bool ForApi, IReadOnlyList<(string Document, string Method, string Path)> Expected)
    {
        public static IReadOnlyList<Query> All() =>
        [
            .. File.ReadLines(Repository.File("tests", "Marketplace.Core.Tests", "Catalog", "Search", "queries.tsv"))
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split('\t'))
                .Select(fields => new Query(fields[0], fields[1] == "api", [.. fields[2].Split(" | ").Select(Expectation)])),
        ];

        public bool IsMetBy(IReadOnlyList<string> hits) => hits.Any(hit => Expected.Any(e =>
            hit.StartsWith(e.Document, StringComparison.Ordinal)
            && (ForApi || (hit.EndsWith(" " + e.Path, StringComparison.Ordinal) && (e.Method == "*" || hit.Contains($" {e.Method} ", StringComparison.Ordinal))))));

        private static (string Document, string Method, string Path) Expectation(string text) =>
            text.Split(' ', 3) is [var document, var method, var path] ? (document, method, path) : (text, "*", "");
    }
}
