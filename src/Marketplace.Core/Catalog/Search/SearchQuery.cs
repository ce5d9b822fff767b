using Marketplace.Core.Data;

namespace Marketplace.Core.Catalog.Search;

/// <param name="Text">Words, a method, parts of a path; every word must be found, the beginning of one is enough.</param>
/// <param name="Methods">Any of these, in upper case.</param>
/// <param name="Tags">Any of these.</param>
/// <param name="Teams">Names; any of these.</param>
/// <param name="Lifecycles">Any of these; retired lines show only when asked for.</param>
/// <param name="Classifications">Any of these.</param>
public sealed record SearchQuery(
    string? Text = null, IReadOnlyList<string>? Methods = null, IReadOnlyList<string>? Tags = null, IReadOnlyList<string>? Teams = null,
    IReadOnlyList<Lifecycle>? Lifecycles = null, IReadOnlyList<Classification>? Classifications = null);

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

public sealed record SearchResult<T>(Page<T> Hits, IReadOnlyList<FacetValue> Facets)
{
    public IEnumerable<FacetValue> Of(string facet) => Facets.Where(f => f.Facet == facet);
}
