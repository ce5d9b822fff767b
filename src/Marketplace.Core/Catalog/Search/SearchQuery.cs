using Marketplace.Core.Data;

namespace Marketplace.Core.Catalog.Search;

/// <param name="Text">Words, a method, a path as it is called; the beginning of a word is enough.</param>
/// <param name="Methods">Any of these, in upper case.</param>
/// <param name="Tags">Any of these.</param>
/// <param name="Teams">Names; any of these.</param>
/// <param name="Lifecycles">Any of these; retired lines show only when asked for.</param>
/// <param name="Classifications">Any of these.</param>
/// <param name="Callable">Only what an application of the reader's teams may call by now.</param>
/// <param name="OwnedByMyTeams">Only what a team of the reader's owns.</param>
public sealed record SearchQuery(
    string? Text = null, IReadOnlyList<string>? Methods = null, IReadOnlyList<string>? Tags = null, IReadOnlyList<string>? Teams = null,
    IReadOnlyList<Lifecycle>? Lifecycles = null, IReadOnlyList<Classification>? Classifications = null,
    bool Callable = false, bool OwnedByMyTeams = false);

public sealed record OperationHit(
    string Api, string ApiTitle, string Version, Lifecycle Lifecycle, Classification Classification, string Team, string TeamTitle,
    string Key, string Method, string Path, string Summary, IReadOnlyList<string> Tags, bool Deprecated, bool Requestable);

/// <param name="Operations">Published operations of the line.</param>
public sealed record ApiHit(
    string Api, string Title, string Summary, string Version, Lifecycle Lifecycle, Classification Classification, string Team, string TeamTitle, int Operations);

/// <param name="Facet"><c>method</c>, <c>tag</c>, <c>team</c>, <c>lifecycle</c> or <c>classification</c>.</param>
/// <param name="Value">What to filter by.</param>
/// <param name="Label">What to show.</param>
/// <param name="Count">Hits if it were chosen beside the other facets' choices.</param>
public sealed record FacetValue(string Facet, string Value, string Label, int Count);

/// <summary>How the hits were found.</summary>
public enum Accuracy
{
    /// <summary>Every word, or the beginning or another form of it.</summary>
    EveryWord,

    /// <summary>Every word, or one that is spelled much like it.</summary>
    SimilarWords,

    /// <summary>As many of the words as any has: none has all.</summary>
    SomeWords,
}

/// <param name="Hits">The page that was asked for, best first.</param>
/// <param name="Facets">By facet, the most frequent value first.</param>
/// <param name="Others">How many of the other kind match: APIs beside endpoints, endpoints beside APIs.</param>
/// <param name="Accuracy">How exactly the words were met.</param>
public sealed record SearchResult<T>(Page<T> Hits, IReadOnlyList<FacetValue> Facets, int Others, Accuracy Accuracy)
{
    public IEnumerable<FacetValue> Of(string facet) => Facets.Where(f => f.Facet == facet);
}
