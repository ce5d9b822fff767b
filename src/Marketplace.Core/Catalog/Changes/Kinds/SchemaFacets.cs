using static Marketplace.Core.Catalog.Changes.Kinds.SchemaFacet;
using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>Every way in which a schema can change.</summary>
internal static class SchemaFacets
{
    public static readonly SchemaFacet BecameNullable = Widens("became-nullable", "{0} may now be null.");
    public static readonly SchemaFacet BecameNotNullable = Narrows("became-not-nullable", "{0} may no longer be null.");
    public static readonly SchemaFacet TypeChanged = Always("type-changed", Breaking, "{0} was {1} and is now {2}.");
    public static readonly SchemaFacet TypeGeneralized = Widens("type-generalized", "{0} was {1} and is now the wider {2}.");
    public static readonly SchemaFacet TypeSpecialized = Narrows("type-specialized", "{0} was {1} and is now the narrower {2}.");
    public static readonly SchemaFacet BecameEnum = Narrows("became-enum", "{0} is now limited to {2}.");
    public static readonly SchemaFacet EnumRemoved = new("enum-removed", Compatible, Dangerous, "{0} is no longer limited to {1}.");
    public static readonly SchemaFacet EnumValueRemoved = Narrows("enum-value-removed", "{0} no longer has the value {1}.");

    // A caller may have a default branch for what it does not know, so this alone is not certain to break.
    public static readonly SchemaFacet EnumValueAdded = new("enum-value-added", Compatible, Dangerous, "{0} has the new value {2}.");
    public static readonly SchemaFacet ConstAdded = Narrows("const-added", "{0} is now always {2}.");
    public static readonly SchemaFacet ConstRemoved = Widens("const-removed", "{0} is no longer always {1}.");
    public static readonly SchemaFacet ConstChanged = Always("const-changed", Breaking, "{0} was always {1} and is now always {2}.");
    public static readonly SchemaFacet DefaultAdded = Always("default-value-added", Compatible, "{0} now defaults to {2}.");
    public static readonly SchemaFacet DefaultRemoved = Always("default-value-removed", Compatible, "{0} no longer defaults to {1}.");

    // Who leaves it out gets something else than before.
    public static readonly SchemaFacet DefaultChanged = new("default-value-changed", Dangerous, Compatible, "{0} defaulted to {1} and now defaults to {2}.");
    public static readonly SchemaFacet PatternAdded = Narrows("pattern-added", "{0} must now match {2}.");
    public static readonly SchemaFacet PatternRemoved = Widens("pattern-removed", "{0} no longer has to match {1}.");
    public static readonly SchemaFacet PatternChanged = Always("pattern-changed", Dangerous, "{0} had to match {1} and now has to match {2}.");
    public static readonly SchemaFacet UniqueItemsSet = Narrows("unique-items-set", "{0} may no longer hold the same item twice.");
    public static readonly SchemaFacet UniqueItemsUnset = Widens("unique-items-unset", "{0} may now hold the same item twice.");
    public static readonly SchemaFacet MultipleOfSet = Narrows("multiple-of-set", "{0} must now be a multiple of {2}.");
    public static readonly SchemaFacet MultipleOfUnset = Widens("multiple-of-unset", "{0} no longer has to be a multiple of {1}.");
    public static readonly SchemaFacet MultipleOfChanged = Always("multiple-of-changed", Breaking, "{0} was a multiple of {1} and is now one of {2}.");
    public static readonly SchemaFacet MultipleOfGeneralized = Widens("multiple-of-generalized", "{0} was a multiple of {1} and is now one of {2}, which allows more.");
    public static readonly SchemaFacet MultipleOfSpecialized = Narrows("multiple-of-specialized", "{0} was a multiple of {1} and is now one of {2}, which allows less.");
    public static readonly SchemaFacet AllOfAdded = Narrows("all-of-added", "{0} must now also be {2}.");
    public static readonly SchemaFacet AllOfRemoved = Widens("all-of-removed", "{0} no longer has to be {1}.");
    public static readonly SchemaFacet AnyOfAdded = Widens("any-of-added", "{0} may now also be {2}.");
    public static readonly SchemaFacet AnyOfRemoved = Narrows("any-of-removed", "{0} may no longer be {1}.");
    public static readonly SchemaFacet OneOfAdded = Widens("one-of-added", "{0} may now also be {2}.");
    public static readonly SchemaFacet OneOfRemoved = Narrows("one-of-removed", "{0} may no longer be {1}.");
    public static readonly SchemaFacet Wrapped = Always("wrapped-in-one-of", Breaking, "{0} is now one of several alternatives, none of which is what it was.");

    // A payload that matches two alternatives is refused by oneOf, so requests are not certain to stay valid.
    public static readonly SchemaFacet WrappedPreserved = new(
        "wrapped-in-one-of-original-preserved", Dangerous, Breaking, "{0} is now one of several alternatives; what it was is one of them.");
    public static readonly SchemaFacet Unwrapped = Always("unwrapped-from-one-of", Breaking, "{0} was one of several alternatives and is now a single schema.");
    public static readonly SchemaFacet NotAdded = Narrows("not-added", "{0} must now not match a schema (`not`).");
    public static readonly SchemaFacet NotRemoved = Widens("not-removed", "{0} may now match what `not` excluded.");
    public static readonly SchemaFacet NotChanged = Always("not-changed", Dangerous, "{0} excludes other values than before (`not`).");
    public static readonly SchemaFacet DiscriminatorAdded = Always("discriminator-added", Compatible, "{0} is now told apart by {2}.");
    public static readonly SchemaFacet DiscriminatorRemoved = Always("discriminator-removed", Dangerous, "{0} is no longer told apart by {1}.");
    public static readonly SchemaFacet DiscriminatorRenamed = Always(
        "discriminator-property-name-changed", Dangerous, "{0} was told apart by {1} and is now told apart by {2}.");
    public static readonly SchemaFacet MappingAdded = Always("discriminator-mapping-added", Compatible, "{0} knows the new discriminator value {2}.");
    public static readonly SchemaFacet MappingDeleted = Always("discriminator-mapping-deleted", Dangerous, "{0} no longer knows the discriminator value {1}.");
    public static readonly SchemaFacet MappingChanged = Always("discriminator-mapping-changed", Dangerous, "{0} means something else by the discriminator value {1}.");
    public static readonly SchemaFacet AdditionalNarrowed = Narrows("additional-properties-narrowed", "{0} takes fewer properties beside the named ones.");

    // Like a new optional property: a caller reads past what it does not know.
    public static readonly SchemaFacet AdditionalWidened = Always("additional-properties-widened", Compatible, "{0} takes more properties beside the named ones.");
    public static readonly SchemaFacet Deprecated = Always("deprecated", Compatible, "{0} is now deprecated.");
    public static readonly SchemaFacet Reactivated = Always("reactivated", Compatible, "{0} is no longer deprecated.");

    public static IReadOnlyList<SchemaFacet> All { get; } =
    [
        BecameNullable, BecameNotNullable, TypeChanged, TypeGeneralized, TypeSpecialized, BecameEnum, EnumRemoved, EnumValueRemoved, EnumValueAdded,
        ConstAdded, ConstRemoved, ConstChanged, DefaultAdded, DefaultRemoved, DefaultChanged, PatternAdded, PatternRemoved, PatternChanged,
        UniqueItemsSet, UniqueItemsUnset, MultipleOfSet, MultipleOfUnset, MultipleOfChanged, MultipleOfGeneralized, MultipleOfSpecialized,
        AllOfAdded, AllOfRemoved, AnyOfAdded, AnyOfRemoved, OneOfAdded, OneOfRemoved, Wrapped, WrappedPreserved, Unwrapped,
        NotAdded, NotRemoved, NotChanged, DiscriminatorAdded, DiscriminatorRemoved, DiscriminatorRenamed, MappingAdded, MappingDeleted, MappingChanged,
        AdditionalNarrowed, AdditionalWidened, Deprecated, Reactivated,
        .. BoundFacets.All.SelectMany(b => new[] { b.Set, b.Unset, b.Increased, b.Decreased }),
        .. AssertionFacets.All.SelectMany(a => new[] { a.Added, a.Removed, a.Changed }),
        AssertionFacets.Items.Added, AssertionFacets.Items.Removed,
    ];
}
