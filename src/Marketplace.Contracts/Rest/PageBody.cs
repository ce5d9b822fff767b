namespace Marketplace.Contracts.Rest;

/// <summary>One page of a list. Ask with <c>page</c> and <c>limit</c>.</summary>
/// <param name="Items">In the list's own order.</param>
/// <param name="Page">From 1.</param>
/// <param name="Limit">How many a page has, at most 200.</param>
/// <param name="Total">How many there are on all pages.</param>
public sealed record PageBody<T>(IReadOnlyList<T> Items, int Page, int Limit, long Total);
