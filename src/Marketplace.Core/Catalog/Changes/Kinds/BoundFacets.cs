using static Marketplace.Core.Catalog.Changes.Kinds.SchemaFacet;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>A number that limits a schema's values from above or below.</summary>
internal sealed record BoundFacets(string Keyword, bool IsUpper, SchemaFacet Set, SchemaFacet Unset, SchemaFacet Increased, SchemaFacet Decreased)
{
    public static IReadOnlyList<BoundFacets> All { get; } =
    [
        Upper("maximum", "max"), Upper("exclusiveMaximum", "exclusive-max"), Upper("maxLength", "max-length"),
        Upper("maxItems", "max-items"), Upper("maxProperties", "max-properties"),
        Lower("minimum", "min"), Lower("exclusiveMinimum", "exclusive-min"), Lower("minLength", "min-length"),
        Lower("minItems", "min-items"), Lower("minProperties", "min-properties"),
    ];

    /// <summary>A length or a count is never below zero, so a bound of zero says nothing.</summary>
    public bool CountsSomething => Keyword is "minLength" or "minItems" or "minProperties";

    private static BoundFacets Upper(string keyword, string slug) => new(
        keyword, true, Start(keyword, slug), End(keyword, slug),
        Widens(slug + "-increased", Moved(keyword)), Narrows(slug + "-decreased", Moved(keyword)));

    private static BoundFacets Lower(string keyword, string slug) => new(
        keyword, false, Start(keyword, slug), End(keyword, slug),
        Narrows(slug + "-increased", Moved(keyword)), Widens(slug + "-decreased", Moved(keyword)));

    private static SchemaFacet Start(string keyword, string slug) => Narrows(slug + "-set", $"{{0}} now has the {keyword} {{2}}.");

    private static SchemaFacet End(string keyword, string slug) => Widens(slug + "-unset", $"{{0}} no longer has the {keyword} {{1}}.");

    private static string Moved(string keyword) => $"{{0}} had the {keyword} {{1}} and now has {{2}}.";
}
