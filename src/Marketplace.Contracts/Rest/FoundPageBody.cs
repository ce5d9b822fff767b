namespace Marketplace.Contracts.Rest;

/// <summary>One page of what a search found, best first.</summary>
/// <param name="Items">The page.</param>
/// <param name="Page">From 1.</param>
/// <param name="Limit">How many a page has, at most 200.</param>
/// <param name="Total">How many were found.</param>
/// <param name="Accuracy"><c>every_word</c>, <c>similar_words</c> when a word was taken for one that is spelled much like it, or <c>some_words</c> when nothing has all of them.</param>
/// <param name="Facets">When asked for: what one more choice of a filter would find.</param>
public sealed record FoundPageBody<T>(IReadOnlyList<T> Items, int Page, int Limit, long Total, string Accuracy, IReadOnlyList<FacetBody>? Facets);

/// <param name="Facet"><c>method</c>, <c>tag</c>, <c>team</c>, <c>lifecycle</c> or <c>classification</c>: the parameter to filter with.</param>
/// <param name="Value">The parameter's value.</param>
/// <param name="Count">Hits if it were chosen beside the other filters.</param>
public sealed record FacetBody(string Facet, string Value, int Count);
