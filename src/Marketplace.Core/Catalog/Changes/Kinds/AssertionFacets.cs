using static Marketplace.Core.Catalog.Changes.Kinds.SchemaFacet;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>A keyword of JSON Schema whose presence limits values in a way that is compared as a whole.</summary>
internal sealed record AssertionFacets(string Keyword, SchemaFacet Added, SchemaFacet Removed, SchemaFacet Changed)
{
    /// <summary>Its schema is compared where both have one, so that it only comes and goes.</summary>
    public static AssertionFacets Items { get; } = Of("items", "items");

    public static IReadOnlyList<AssertionFacets> All { get; } =
    [
        Of("if", "if"), Of("then", "then"), Of("else", "else"), Of("prefixItems", "prefix-items"), Of("contains", "contains"),
        Of("minContains", "min-contains"), Of("maxContains", "max-contains"), Of("patternProperties", "pattern-property"),
        Of("propertyNames", "property-names"), Of("dependentRequired", "dependent-required"), Of("dependentSchemas", "dependent-schema"),
        Of("unevaluatedItems", "unevaluated-items"), Of("unevaluatedProperties", "unevaluated-properties"),
        Of("contentSchema", "content-schema"), Of("contentMediaType", "content-media-type"), Of("contentEncoding", "content-encoding"),
    ];

    private static AssertionFacets Of(string keyword, string slug) => new(
        keyword,
        Narrows(slug + "-added", $"{{0}} is now limited by {keyword}."),
        Widens(slug + "-removed", $"{{0}} is no longer limited by {keyword}."),
        Always(slug + "-changed", Verdict.Dangerous, $"{{0}} is limited by {keyword} in another way."));
}
