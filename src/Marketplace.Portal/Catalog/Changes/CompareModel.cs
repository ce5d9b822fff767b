using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Changes.SideBySide;
using Marketplace.Portal.Catalog.Api;

namespace Marketplace.Portal.Catalog.Changes;

/// <param name="Names">All revisions that can be chosen.</param>
/// <param name="Open">The key of the endpoint whose text is shown.</param>
public sealed record CompareModel(
    ApiDetails Api, IReadOnlyList<RevisionName> Names, string From, string To, bool BreakingOnly, RevisionComparison Result, string? Open,
    IReadOnlyList<TextSection>? Text)
{
    public const int MostShown = 200;

    public IReadOnlyList<ToldChange> Changes => [.. Result.Changes.All.Where(c => !BreakingOnly || c.Verdict is Verdict.Breaking).Take(MostShown).Select(ToldChange.Of)];

    public IReadOnlyList<ChangedEndpoint> Endpoints => [.. Result.Changes.All.Where(c => !BreakingOnly || c.Verdict is Verdict.Breaking)
        .SelectMany(c => c.Operations.Select(o => (Operation: o, c.Verdict)))
        .GroupBy(c => c.Operation).Select(g => new ChangedEndpoint(g.Key, g.Max(c => c.Verdict), g.Count()))
        .OrderByDescending(e => e.Verdict).ThenByDescending(e => e.Changes).ThenBy(e => e.Operation.Shown.Path, StringComparer.Ordinal).Take(MostShown)];

    public string Url(bool breakingOnly, string? open = null) =>
        $"/apis/{Uri.EscapeDataString(Api.Name)}/compare?from={Uri.EscapeDataString(From)}&to={Uri.EscapeDataString(To)}{(breakingOnly ? "&only=breaking" : "")}"
        + (open is null ? "" : $"&open={Uri.EscapeDataString(open)}");
}

public sealed record ChangedEndpoint(OperationPair Operation, Verdict Verdict, int Changes);

public sealed record ChangelogModel(ApiHead Head, Changelog Log)
{
    public string Url(int page) => $"/apis/{Head.Api.Name}/changelog?version={Head.Version.Version}&page={page}";
}
