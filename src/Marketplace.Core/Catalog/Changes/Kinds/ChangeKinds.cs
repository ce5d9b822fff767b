using System.Collections.Frozen;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>All kinds of change that are told apart; <c>docs/guides/changes.md</c> lists them, and a test compares.</summary>
public static class ChangeKinds
{
    private static readonly FrozenDictionary<(string Place, string Suffix), ChangeKind> Schemas =
        (from place in SchemaPlace.All
         from facet in SchemaFacets.All
         select KeyValuePair.Create(
             (place.Id, facet.Suffix),
             new ChangeKind($"{place.Id}-{facet.Suffix}", place.IsRequest ? facet.InRequest : facet.InResponse, facet.Sentence))).ToFrozenDictionary();

    public static IReadOnlyList<ChangeKind> All { get; } =
        [.. OperationKinds.All, .. MessageKinds.All, .. PropertyKinds.All, .. Schemas.Values.OrderBy(k => k.Id, StringComparer.Ordinal)];

    internal static ChangeKind Of(SchemaPlace place, SchemaFacet facet) => Schemas[(place.Id, facet.Suffix)];
}
