using System.Text.RegularExpressions;
using Marketplace.Testing;

namespace Marketplace.Host.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.File("README.md"));

    [Fact]
    public void Every_place_that_the_readme_names_is_there()
    {
        var places = Link().Matches(Readme).Select(m => m.Groups["path"].Value).ToList();
        Assert.True(places.Count > 15);
        Assert.All(places, place => Assert.True(Path.Exists(Repository.File(place)), place));
    }

    [Fact]
    public void An_approval_becomes_a_grant_in_one_file_of_under_a_hundred_lines()
    {
        var row = Assert.Single(Readme.Split('\n'), line => line.Contains("an approval becomes a grant", StringComparison.Ordinal));
        var file = Assert.Single(Link().Matches(row)).Groups["path"].Value;
        Assert.InRange(File.ReadAllLines(Repository.File(file)).Length, 1, 99);
    }

    [Fact]
    public void Every_decision_stands_in_the_index()
    {
        var pages = Directory.GetFiles(Repository.File("docs", "decisions"), "0*.md").Select(Path.GetFileName).ToList();
        Assert.NotEmpty(pages);
        var index = File.ReadAllText(Repository.File("docs", "decisions", "README.md"));
        Assert.All(pages, page => Assert.Contains($"({page})", index, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\((?<path>[^):]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
