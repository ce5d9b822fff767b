using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>What the rules find in one line: as a list, and beside the document's lines.</summary>
internal static class FindingPages
{
    /// <summary>How many lines of a document a page shows.</summary>
    public const int LinesShown = 300;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/findings", ShowAsync);
        pages.MapGet(ApiPages.Line + "/findings/source", ShowSourceAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? severity, string? rule, int? page, CatalogReader catalog, FindingReader findings, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head)
            return Page.NotFound();
        Severity? only = StoredEnum.TryFromWord<Severity>(severity, out var known) && known != Severity.Off ? known : null;
        var filter = new FindingFilter(only, string.IsNullOrEmpty(rule) ? null : rule);
        var summary = await findings.SummaryAsync(actor, api, version, cancellation);
        var found = await findings.FindingsAsync(actor, api, version, filter, new(page ?? 1, 50), cancellation);
        var trend = await findings.TrendAsync(actor, api, version, cancellation);
        return Page.Show<FindingsPage, FindingsModel>(new(head, summary, filter, found, trend ?? []));
    }

    private static async Task<IResult> ShowSourceAsync(
        HttpContext context, string api, string version, int? line, CatalogReader catalog, FindingReader findings, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head
            || await catalog.DocumentAsync(actor, api, version, null, original: true, cancellation) is not { } document)
            return Page.NotFound();
        var total = document.Text.AsSpan().Count('\n') + 1;
        var first = ((Math.Clamp(line ?? 1, 1, total) - 1) / LinesShown * LinesShown) + 1;
        var lines = Lines(document.Text, first);
        var last = first + lines.Count - 1;
        var found = await findings.FindingsAsync(actor, api, version, new(FromLine: first, ToLine: last), new(1, PageRequest.MaximumSize), cancellation);
        return Page.Show<SourcePage, SourceModel>(new(head, lines, first, total, line ?? 0, found?.Items ?? [], found?.Total ?? 0));
    }

    /// <summary>Those of one page alone: sixteen megabytes of line ends are as many strings.</summary>
    private static List<string> Lines(string text, int first)
    {
        var lines = new List<string>(LinesShown);
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (++number < first)
                continue;
            lines.Add(text[range]);
            if (lines.Count == LinesShown)
                break;
        }
        return lines;
    }
}

public sealed record FindingsModel(ApiHead Head, FindingSummary? Summary, FindingFilter Filter, Page<Finding>? Found, IReadOnlyList<ScorePoint> Trend)
{
    public string Url(Severity? severity, string? rule, int page = 1) =>
        $"{Head.Url}/findings?severity={(severity is { } s ? Words.Slug(s) : "")}&rule={Uri.EscapeDataString(rule ?? "")}&page={page}";
}

/// <param name="First">The number of the first line shown.</param>
/// <param name="Total">How many lines the document has.</param>
/// <param name="Asked">The line that was asked for; 0 for none.</param>
/// <param name="FoundInAll">How many findings these lines have, also those that are not shown.</param>
public sealed record SourceModel(ApiHead Head, IReadOnlyList<string> Lines, int First, int Total, int Asked, IReadOnlyList<Finding> Findings, int FoundInAll);
