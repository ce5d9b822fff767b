using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class OperationMatcherTests
{
    public static TheoryData<EnforcementCase> Cases =>
        [.. EnforcementCases.All.Where(row => row is { Token: TokenKind.Granted, Headers.Count: 0 })];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_shared_table_means_what_the_matcher_says(EnforcementCase row)
    {
        var matcher = new OperationMatcher(EnforcementPolicy.Operations, EnforcementPolicy.BasePath);

        var match = matcher.Match(row.Method, CanonicalPath.OfTarget(row.Target));

        Assert.Equal(row.Reason == ReasonCode.OperationNotGranted ? null : row.Reason, match.Reason);
        if (row.Operation is not null)
            Assert.Equal(row.Operation, match.Operation?.Key);
    }

    [Theory]
    [InlineData("/a/b", "/a/{x}", "/a/b", "/a/b")]
    [InlineData("/a/c", "/a/{x}", "/a/b", "/a/{x}")]
    [InlineData("/a/b", "/{x}/b", "/a/{y}", "/a/{y}")]
    [InlineData("/a/b/c", "/a/{x}/c", "/a/b/{y}", "/a/b/{y}")]
    [InlineData("/a/b/d", "/a/{x}/d", "/a/b/c", "/a/{x}/d")]
    [InlineData("/f/x.json", "/f/{name}", "/f/{name}.json", "/f/{name}.json")]
    [InlineData("/f/x.tar.gz", "/f/{name}.gz", "/f/{name}.tar.gz", "/f/{name}.tar.gz")]
    [InlineData("/f/.json", "/f/{name}", "/f/{name}.json", "/f/{name}")]
    [InlineData("/r/1-2", "/r/{a}", "/r/{from}-{to}", "/r/{from}-{to}")]
    [InlineData("/r/-2", "/r/{a}", "/r/{from}-{to}", "/r/{a}")]
    [InlineData("/n/7:cancel", "/n/{a}", "/n/{a}:cancel", "/n/{a}:cancel")]
    [InlineData("/n/7:CANCEL", "/n/{a}", "/n/{a}:cancel", null)]
    [InlineData("/a/b/", "/a/{x}/", "/a/b", null)]
    [InlineData("/a/b", "/a/{x}", "/a/b/", null)]
    [InlineData("/A/b", "/A/{x}", "/a/b", null)]
    [InlineData("/A/b", "/A/b", "/a/b", "/A/b")]
    [InlineData("/a", "/{x}", "/{x}/b", "/{x}")]
    public void The_most_specific_path_wins_and_two_readings_are_refused(string path, string first, string second, string? expected)
    {
        foreach (string[] order in (string[][])[[first, second], [second, first]])
        {
            var matcher = new OperationMatcher(order.Select((template, index) => new PolicyOperation(index, template, "GET", template)));

            var match = matcher.Match("GET", path);

            Assert.Equal(expected, match.Operation?.Path);
            Assert.Equal(expected is null ? ReasonCode.PathNotCanonical : null, match.Reason);
        }
    }

    [Fact]
    public void Templates_that_differ_in_parameter_names_share_one_path()
    {
        var matcher = new OperationMatcher([new(0, "get", "GET", "/a/{id}"), new(1, "put", "PUT", "/a/{name}"), new(2, "again", "GET", "/a/{x}")]);

        Assert.Equal("get", matcher.Match("GET", "/a/1").Operation?.Key);
        Assert.Equal("put", matcher.Match("PUT", "/a/1").Operation?.Key);
    }

    [Fact]
    public void A_template_that_no_path_can_equal_matches_nothing_and_hides_nothing()
    {
        var matcher = new OperationMatcher(
            [new(0, "query", "GET", "/a?b={c}"), new(1, "double", "GET", "/a//b/{x}"), new(2, "good", "GET", "/{x}"), new(3, "bare", "GET", "b")]);

        Assert.Equal("good", matcher.Match("GET", "/a").Operation?.Key);
        Assert.Equal("good", matcher.Match("GET", "/a%3Fb=1").Operation?.Key);
        Assert.Equal(ReasonCode.PathNotCanonical, matcher.Match("GET", "b").Reason);
    }

    [Theory]
    [InlineData("/a?b", "/a")]
    [InlineData("http://host/a/b?c", "/a/b")]
    [InlineData("http://host", "/")]
    [InlineData("http://host?x=/y", "/")]
    [InlineData("*", "")]
    [InlineData("host:443", "")]
    [InlineData("http://[::1]:80/a", "/a")]
    [InlineData("http://host#/a", "")]
    [InlineData(@"http://host\b#/a", "")]
    [InlineData("http://x@host/a", "")]
    [InlineData("http:///a", "")]
    [InlineData("/a?x=http://b/c", "/a")]
    [InlineData("//evil/a", "//evil/a")]
    public void A_request_target_has_this_path(string target, string path) =>
        Assert.Equal(path, CanonicalPath.OfTarget(target).ToString());

    [Fact]
    public void A_match_allocates_nothing()
    {
        var matcher = new OperationMatcher(EnforcementPolicy.Operations, EnforcementPolicy.BasePath);
        string[] paths = ["/bank/v1/payments/4%32", "/bank/v1/files/a.json", "/bank/v1/nothing"];
        foreach (var path in paths)
            matcher.Match("GET", path);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var path in paths)
            matcher.Match("GET", path);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_long_path_is_matched_like_a_short_one()
    {
        var matcher = new OperationMatcher(EnforcementPolicy.Operations, EnforcementPolicy.BasePath);

        Assert.Equal("getPayment", matcher.Match("GET", "/bank/v1/payments/" + string.Concat(Enumerable.Repeat("%61", 4000))).Operation?.Key);
    }
}
