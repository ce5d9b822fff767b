using System.Text.RegularExpressions;
using Marketplace.Testing;

namespace Marketplace.Host.Tests;

/// <summary>docs/guides/standards.md is the list of tests that name the paragraph which they hold us to, whole and true.</summary>
public sealed partial class StandardsTests
{
    private static readonly string[] Promised =
    [
        "RFC 6749", "RFC 6750", "RFC 7009", "RFC 7662", "RFC 7515", "RFC 7516", "RFC 7517", "RFC 7518", "RFC 7519", "RFC 7523", "RFC 7638", "RFC 8414",
        "RFC 8693", "RFC 8705", "RFC 8707", "RFC 8725", "RFC 9068", "RFC 9396", "RFC 9449", "RFC 9728",
    ];

    [Fact]
    public void The_table_lists_every_test_that_names_a_paragraph()
    {
        var found = Directory.EnumerateFiles(Repository.File("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).SelectMany(RowsOf).Distinct().ToList();
        Assert.All(Promised, standard => Assert.Contains(found, row => row.StartsWith($"| {standard} §", StringComparison.Ordinal)));

        var expected = string.Join('\n', found.OrderBy(SortKey, StringComparer.Ordinal));
        var page = File.ReadAllText(Repository.File("docs", "guides", "standards.md"));
        Assert.Equal(expected, string.Join('\n', page.Split('\n').Where(line => line.StartsWith("| RFC", StringComparison.Ordinal))));
    }

    private static IEnumerable<string> RowsOf(string file)
    {
        var project = Path.GetRelativePath(Repository.File("tests"), file).Split('/')[0]["Marketplace.".Length..^".Tests".Length];
        var named = new List<string>();
        foreach (var line in File.ReadLines(file))
        {
            named.AddRange(Named().Matches(line).Select(m => m.Groups["paragraph"].Value));
            if (named.Count == 0 || Method().Match(line) is not { Success: true } method)
                continue;
            var sentence = method.Groups["name"].Value;
            foreach (var paragraph in named)
                yield return $"| {paragraph} | {sentence.Replace('_', ' ')} | `{project}` `{Path.GetFileNameWithoutExtension(file)}` |";
            named.Clear();
        }
        Assert.Empty(named);
    }

    /// <summary>By number and paragraph as people count: §3.10 after §3.9.</summary>
    private static string SortKey(string row) => Number().Replace(row[..row.IndexOf('|', 2)], number => number.Value.PadLeft(6, '0')) + row;

    [GeneratedRegex("""\[Standard\("(?<paragraph>[^"]+)"\)\]""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^    public (static )?(async Task|void) (?<name>\w+)\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Method();

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Number();
}
