using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary><c>oneOf</c>, <c>anyOf</c> and what tells their alternatives apart.</summary>
internal sealed class SchemaChoices(SchemaGraph graph, SchemaNode node, SchemaView before, SchemaView after, Action<SchemaFacet, string?, string?> add)
{
    /// <returns>A schema became a choice or the other way round: there is nothing more to compare.</returns>
    public bool Run()
    {
        Discriminator();
        if (before.Choices.Count == 0 && after.Choices.Count > 0 && before.Properties.Count >= after.Properties.Count)
        {
            var kept = after.Choices.Exists(c => c.Alternatives.Exists(a => a.Pointer == node.Before.Pointer || Same(node.Before, a)));
            add(kept ? SchemaFacets.WrappedPreserved : SchemaFacets.Wrapped, null, null);
            return true;
        }
        if (before.Choices.Count > 0 && after.Choices.Count == 0)
        {
            add(SchemaFacets.Unwrapped, null, null);
            return true;
        }
        for (var i = 0; i < Math.Max(before.Choices.Count, after.Choices.Count); i++)
        {
            if (i >= before.Choices.Count)
                add(SchemaFacets.AllOfAdded, null, "one of several alternatives");
            else if (i >= after.Choices.Count)
                add(SchemaFacets.AllOfRemoved, "one of several alternatives", null);
            else
                Compare(before.Choices[i], after.Choices[i]);
        }
        return false;
    }

    private void Compare(SchemaChoice earlier, SchemaChoice later)
    {
        var left = earlier.Alternatives.ToList();
        var right = later.Alternatives.ToList();
        Match(left, right, a => a.Pointer);
        Match(left, right, a => SchemaView.Text(a.Element));
        Match(left, right, a => NameOf(a, null));
        // What has no name is told apart by its place, as long as none came or went.
        if (left.Count == right.Count)
        {
            for (var i = 0; i < left.Count; i++)
                Visit(left[i], right[i]);
            return;
        }
        foreach (var gone in left)
            add(earlier.IsOneOf ? SchemaFacets.OneOfRemoved : SchemaFacets.AnyOfRemoved, NameOf(gone, "an alternative"), null);
        foreach (var come in right)
            add(later.IsOneOf ? SchemaFacets.OneOfAdded : SchemaFacets.AnyOfAdded, null, NameOf(come, "an alternative"));
    }

    private void Match(List<SchemaRef> left, List<SchemaRef> right, Func<SchemaRef, string?> name)
    {
        var named = new Dictionary<string, SchemaRef>(StringComparer.Ordinal);
        foreach (var alternative in right)
        {
            if (name(alternative) is { } known)
                named.TryAdd(known, alternative);
        }
        foreach (var alternative in left.ToArray())
        {
            if (name(alternative) is { } known && named.Remove(known, out var match))
            {
                Visit(alternative, match);
                left.Remove(alternative);
                right.Remove(match);
            }
        }
    }

    /// <summary>A named schema's name, else its title: the same alternative in OpenAPI 2.0 and 3.x.</summary>
    private static string? NameOf(SchemaRef schema, string? unnamed) =>
        schema.Pointer.Split('/') is ["#", "components", "schemas", var name] ? $"`{name}`"
        : schema.Pointer.Split('/') is ["#", "definitions", var defined] ? $"`{defined}`"
        : Json.Text(schema.Element, "title") is { Length: > 0 } title ? $"`{title}`" : unnamed;

    private static bool Same(SchemaRef earlier, SchemaRef later) => SchemaView.Text(earlier.Element) == SchemaView.Text(later.Element);

    private void Visit(SchemaRef earlier, SchemaRef later)
    {
        if (graph.Node(earlier, later, node.Place, node.Subject) is { } inside)
            node.Inside.Add(inside);
    }

    private void Discriminator()
    {
        var (earlier, later) = (before.DiscriminatorProperty, after.DiscriminatorProperty);
        if (earlier != later)
        {
            add(earlier is null ? SchemaFacets.DiscriminatorAdded : later is null ? SchemaFacets.DiscriminatorRemoved : SchemaFacets.DiscriminatorRenamed, earlier, later);
            return;
        }
        foreach (var (value, target) in before.Mapping)
        {
            if (!after.Mapping.TryGetValue(value, out var now))
                add(SchemaFacets.MappingDeleted, value, null);
            else if (now != target)
                add(SchemaFacets.MappingChanged, value, null);
        }
        foreach (var value in after.Mapping.Keys.Where(v => !before.Mapping.ContainsKey(v)))
            add(SchemaFacets.MappingAdded, null, value);
    }
}
