using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Changes.Reach;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>A line that others rely on does not break by mistake: it takes a new line, or an owner's reason.</summary>
internal static class BreakingGuard
{
    public const string Refused = "breaking_change";
    public const int ShortestReason = 10;
    private const int LongestReason = 1000;
    private const int MostListed = 50;

    public static string? ReasonOf(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim();

    /// <summary>Checked before anything costs: a reason that is given must be one.</summary>
    public static Problem? Check(string? reason) => ReasonOf(reason) is { Length: < ShortestReason or > LongestReason }
        ? new("override_reason_length", $"Say in {ShortestReason} to {LongestReason:N0} characters why this revision may break its callers.", "overrideReason")
        : null;

    public static List<Problem> Refusals(RevisionEffect effect, string api, string version, string nextLine, Lifecycle lifecycle, string? reason)
    {
        if (!effect.Changes.Breaks || ReasonOf(reason) is not null || lifecycle is Lifecycle.Draft)
            return [];
        var hit = effect.Impact.Applications == 0 ? "nobody holds a grant for it now" : $"{effect.Impact.Sentence} for it{Called(effect.Impact.CallingSentence)}";
        var refused = new List<Problem>
        {
            new(
                Refused,
                $"This document breaks {Impact.Count(effect.Changes.Broken.Count, "endpoint")} of {api} {version}; {hit}. "
                + $"Publish it as {nextLine}, or give the reason why it must be {version}.",
                "document"),
        };
        var uses = effect.Impact.Operations.ToDictionary(o => o.Id);
        refused.AddRange(effect.Changes.All.Where(c => c.Verdict is Verdict.Breaking).Take(MostListed)
            .Select(c => new Problem(c.Kind, Sentence(c, uses), "document")));
        return refused;
    }

    private static string Called(string? sentence) => sentence is null ? "" : ", " + sentence;

    /// <summary>A change of one endpoint says at once who uses it.</summary>
    private static string Sentence(Change change, Dictionary<Guid, OperationImpact> uses) => change.Operations switch
    {
        [{ Before: not null, Id: { } id }] when uses.TryGetValue(id, out var use) => $"{change.Sentence} {use.Words} for it{Called(use.CallingSentence)}.",
        [{ Before: { } one }] when !change.Sentence.Contains(one.Path, StringComparison.Ordinal) => $"{one.Method} {one.Path}: {change.Sentence}",
        { Count: > 1 } many => $"{change.Sentence} ({many.Count} endpoints)",
        _ => change.Sentence,
    };
}
