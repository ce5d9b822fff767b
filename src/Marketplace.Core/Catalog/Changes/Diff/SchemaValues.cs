using System.Globalization;
using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Which values a schema takes: enums, constants, bounds, patterns and what JSON Schema adds.</summary>
internal sealed class SchemaValues(SchemaView before, SchemaView after, Action<SchemaFacet, string?, string?> add)
{
    private const int MostNamed = 8;

    public void Run()
    {
        Enum();
        Text(before.Const, after.Const, SchemaFacets.ConstAdded, SchemaFacets.ConstRemoved, SchemaFacets.ConstChanged);
        Text(before.Default, after.Default, SchemaFacets.DefaultAdded, SchemaFacets.DefaultRemoved, SchemaFacets.DefaultChanged);
        Text(before.Pattern, after.Pattern, SchemaFacets.PatternAdded, SchemaFacets.PatternRemoved, SchemaFacets.PatternChanged);
        if (before.UniqueItems != after.UniqueItems)
            add(after.UniqueItems ? SchemaFacets.UniqueItemsSet : SchemaFacets.UniqueItemsUnset, null, null);
        if (before.Deprecated != after.Deprecated)
            add(after.Deprecated ? SchemaFacets.Deprecated : SchemaFacets.Reactivated, null, null);
        MultipleOf();
        foreach (var bound in BoundFacets.All)
            Bound(bound);
        foreach (var assertion in AssertionFacets.All)
            Text(
                before.Assertions.GetValueOrDefault(assertion.Keyword), after.Assertions.GetValueOrDefault(assertion.Keyword),
                assertion.Added, assertion.Removed, assertion.Changed);
        Text(Not(before), Not(after), SchemaFacets.NotAdded, SchemaFacets.NotRemoved, SchemaFacets.NotChanged);
    }

    private static string? Not(SchemaView view) => view.Not is { } not ? SchemaView.Text(not.Element) : null;

    private void Text(string? earlier, string? later, SchemaFacet added, SchemaFacet removed, SchemaFacet changed)
    {
        if (earlier == later)
            return;
        add(earlier is null ? added : later is null ? removed : changed, earlier, later);
    }

    private void Enum()
    {
        switch (before.Enum, after.Enum)
        {
            case (null, { } limited):
                add(SchemaFacets.BecameEnum, null, Names(limited));
                break;
            case ({ } limited, null):
                add(SchemaFacets.EnumRemoved, Names(limited), null);
                break;
            case ({ } earlier, { } later):
                if (earlier.Where(v => !later.Contains(v)).ToList() is { Count: > 0 } gone)
                    add(SchemaFacets.EnumValueRemoved, Names(gone), null);
                if (later.Where(v => !earlier.Contains(v)).ToList() is { Count: > 0 } come)
                    add(SchemaFacets.EnumValueAdded, null, Names(come));
                break;
        }
    }

    private static string Names(IReadOnlyCollection<string> values) =>
        string.Join(", ", values.Take(MostNamed)) + (values.Count > MostNamed ? $" and {values.Count - MostNamed} more" : "");

    private void MultipleOf()
    {
        if (before.MultipleOf == after.MultipleOf)
            return;
        var facet = (before.MultipleOf, after.MultipleOf) switch
        {
            (null, _) => SchemaFacets.MultipleOfSet,
            (_, null) => SchemaFacets.MultipleOfUnset,
            ({ } earlier, { } later) when later != 0 && earlier % later == 0 => SchemaFacets.MultipleOfGeneralized,
            ({ } earlier, { } later) when earlier != 0 && later % earlier == 0 => SchemaFacets.MultipleOfSpecialized,
            _ => SchemaFacets.MultipleOfChanged,
        };
        add(facet, Number(before.MultipleOf), Number(after.MultipleOf));
    }

    private void Bound(BoundFacets bound)
    {
        decimal? earlier = before.Bounds.TryGetValue(bound.Keyword, out var e) ? e : null;
        decimal? later = after.Bounds.TryGetValue(bound.Keyword, out var l) ? l : null;
        if (earlier != later)
            add(earlier is null ? bound.Set : later is null ? bound.Unset : later > earlier ? bound.Increased : bound.Decreased, Number(earlier), Number(later));
    }

    private static string? Number(decimal? value) => value?.ToString("0.#############################", CultureInfo.InvariantCulture);
}
