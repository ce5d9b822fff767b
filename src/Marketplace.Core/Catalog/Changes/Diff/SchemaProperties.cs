using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Properties that came, went, or are required otherwise than before. Read-only ones are in no request, write-only ones in no response.</summary>
internal sealed class SchemaProperties(SchemaGraph graph, SchemaNode node, SchemaView before, SchemaView after)
{
    private bool IsRequest => node.Place.IsRequest;

    public void Run()
    {
        foreach (var (name, definitions) in before.Properties)
        {
            if (after.Properties.TryGetValue(name, out var later))
                Both(name, definitions, later);
            else
                Removed(name, definitions[0]);
        }
        foreach (var (name, definitions) in after.Properties)
        {
            if (!before.Properties.ContainsKey(name))
                Added(name, definitions[0]);
        }
    }

    private void Both(string name, List<SchemaRef> earlier, List<SchemaRef> later)
    {
        var (was, now) = (Flags(graph.Before, earlier), Flags(graph.After, later));
        var required = after.Required.Contains(name);
        if (was.ReadOnly != now.ReadOnly)
            Add(PropertyKinds.FlagChanged(IsRequest, required, readOnly: true, now.ReadOnly), name);
        if (was.WriteOnly != now.WriteOnly)
            Add(PropertyKinds.FlagChanged(IsRequest, required, readOnly: false, now.WriteOnly), name);
        if (Hidden(was) || Hidden(now))
            return;
        if (before.Required.Contains(name) != required)
            RequiredChanged(name, required, graph.After.View(later[0]).Default);
        for (var i = 0; i < Math.Min(earlier.Count, later.Count); i++)
        {
            if (graph.Node(earlier[i], later[i], node.Place.Inner, node.Subject) is { } inside)
                node.Inside.Add(inside);
        }
        if (later.Count > earlier.Count)
            AddFacet(SchemaFacets.AllOfAdded, name, null, "what another part of `allOf` says");
        else if (later.Count < earlier.Count)
            AddFacet(SchemaFacets.AllOfRemoved, name, "what another part of `allOf` says", null);
    }

    private void RequiredChanged(string name, bool required, string? fallback) => Add(
        (IsRequest, required) switch
        {
            (true, true) => fallback is null ? PropertyKinds.BecameRequired : PropertyKinds.BecameRequiredWithDefault,
            (true, false) => PropertyKinds.BecameOptional,
            (false, true) => PropertyKinds.ResponseBecameRequired,
            (false, false) => PropertyKinds.ResponseBecameOptional,
        },
        name, fallback);

    private void Added(string name, SchemaRef property)
    {
        var view = graph.After.View(property);
        if (Hidden((view.ReadOnly, view.WriteOnly)))
            return;
        var required = after.Required.Contains(name);
        Add(
            (IsRequest, required) switch
            {
                (true, true) => view.Default is null ? PropertyKinds.NewRequired : PropertyKinds.NewRequiredWithDefault,
                (true, false) => PropertyKinds.NewOptional,
                (false, true) => PropertyKinds.ResponseRequiredAdded,
                (false, false) => PropertyKinds.ResponseOptionalAdded,
            },
            name, view.Default);
    }

    private void Removed(string name, SchemaRef property)
    {
        var view = graph.Before.View(property);
        if (Hidden((view.ReadOnly, view.WriteOnly)))
            return;
        var kind = IsRequest ? PropertyKinds.RequestRemoved
            : before.Required.Contains(name) ? PropertyKinds.ResponseRequiredRemoved : PropertyKinds.ResponseOptionalRemoved;
        Add(kind, name, inEarlier: true);
    }

    private static (bool ReadOnly, bool WriteOnly) Flags(ChangeDocument document, List<SchemaRef> definitions) =>
        (definitions.Exists(d => document.View(d).ReadOnly), definitions.Exists(d => document.View(d).WriteOnly));

    private bool Hidden((bool ReadOnly, bool WriteOnly) flags) => IsRequest ? flags.ReadOnly : flags.WriteOnly;

    private void AddFacet(SchemaFacet facet, string name, string? earlier, string? later) =>
        node.Own.Add(graph.Changes.Add(facet.In(node.Place.Inner), PointerOf(name, inEarlier: false), SubjectOf(PointerOf(name, inEarlier: false)), earlier, later));

    private void Add(ChangeKind kind, string name, string? fallback = null, bool inEarlier = false)
    {
        var pointer = PointerOf(name, inEarlier);
        node.Own.Add(graph.Changes.Add(kind, pointer, SubjectOf(pointer), null, fallback, inEarlier));
    }

    /// <summary>Where the schema names the property, not where its definition stands: that is shared by many.</summary>
    private string PointerOf(string name, bool inEarlier) =>
        Documents.JsonPointer.Child((inEarlier ? node.Before : node.After).Pointer + "/properties", name);

    private string SubjectOf(string pointer) => $"The {node.Place.Inner.Noun} `{PointerLabel.Of(pointer)}`";
}
