using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Type, format and null.</summary>
internal sealed class SchemaTypes(SchemaPlace place, SchemaView before, SchemaView after, Action<SchemaFacet, string?, string?> add)
{
    /// <returns>Another type altogether: there is nothing more to compare.</returns>
    public bool Run()
    {
        if (before.Nullable != after.Nullable)
            add(after.Nullable ? SchemaFacets.BecameNullable : SchemaFacets.BecameNotNullable, null, null);
        var (wider, narrower) = (Covers(after.Types, before.Types), Covers(before.Types, after.Types));
        if (wider && narrower)
        {
            Format();
            return false;
        }
        add(wider ? SchemaFacets.TypeGeneralized : narrower ? SchemaFacets.TypeSpecialized : SchemaFacets.TypeChanged, Words(before), Words(after));
        return !wider && !narrower;
    }

    private void Format()
    {
        if (before.Format == after.Format)
            return;
        // A number of 64 bits holds each of 32; other formats are not known to contain one another.
        var wider = after.Format is null || (before.Format, after.Format) is ("int32", "int64") or ("float", "double");
        var narrower = before.Format is null || (before.Format, after.Format) is ("int64", "int32") or ("double", "float");
        add(wider ? SchemaFacets.TypeGeneralized : narrower ? SchemaFacets.TypeSpecialized : SchemaFacets.TypeChanged, Words(before), Words(after));
    }

    /// <summary>Every value of <paramref name="some"/> is one of <paramref name="others"/>; null is any type.</summary>
    private bool Covers(HashSet<string>? others, HashSet<string>? some) =>
        others is null || (some is not null && some.All(t => others.Contains(t) || (t == "integer" && others.Contains("number")) || WrittenAsText(t, others)));

    /// <summary>Parameters and headers are text on the wire, so that any single value is a string there.</summary>
    private bool WrittenAsText(string type, HashSet<string> others) =>
        (place == SchemaPlace.RequestParameter || place == SchemaPlace.ResponseHeader) && others.Contains("string") && type is "integer" or "number" or "boolean";

    private static string Words(SchemaView view)
    {
        var types = view.Types is null ? "any type" : string.Join(" or ", view.Types.Order(StringComparer.Ordinal));
        return view.Format is null ? types : $"{types} ({view.Format})";
    }
}
