using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>What has changed in one schema, and which schemas inside are to be compared.</summary>
internal sealed class SchemaComparison
{
    private readonly SchemaGraph _graph;
    private readonly SchemaNode _node;
    private readonly Budget _budget;
    private readonly SchemaView _before;
    private readonly SchemaView _after;
    private readonly string _subject;

    public SchemaComparison(SchemaGraph graph, SchemaNode node, Budget budget)
    {
        (_graph, _node, _budget) = (graph, node, budget);
        (_before, _after) = (graph.Before.View(node.Before), graph.After.View(node.After));
        _subject = Subject(node);
    }

    public void Run()
    {
        _budget.Spend(1 + _before.Properties.Count + _after.Properties.Count + (_before.Enum?.Count ?? 0) + (_after.Enum?.Count ?? 0));
        var wrapped = new SchemaChoices(_graph, _node, _before, _after, Add).Run();
        if (wrapped)
            return;
        if (new SchemaTypes(_node.Place, _before, _after, Add).Run())
            return;
        new SchemaValues(_before, _after, Add).Run();
        new SchemaProperties(_graph, _node, _before, _after).Run();
        Additional();
        Inside();
    }

    private static string Subject(SchemaNode node)
    {
        var label = PointerLabel.Of(node.After.Pointer);
        if (node.Place.IsProperty)
            return $"The {node.Place.Noun} `{label}`";
        return node.Place == SchemaPlace.RequestBody || node.Place == SchemaPlace.ResponseBody
            ? label.Length == 0 ? node.Subject : $"{node.Subject} `{label}`"
            : node.Subject;
    }

    private void Add(SchemaFacet facet, string? before, string? after) =>
        _node.Own.Add(_graph.Changes.Add(facet.In(_node.Place), _node.After.Pointer, _subject, before, after));

    private void Additional()
    {
        var (earlier, later) = (_before.Additional, _after.Additional);
        // From none to some to any: 0, 1, 2.
        var (was, now) = (Openness(_before), Openness(_after));
        if (now < was)
            Add(SchemaFacets.AdditionalNarrowed, null, null);
        else if (now > was)
            Add(SchemaFacets.AdditionalWidened, null, null);
        else if (earlier is { } e && later is { } l)
            Visit(e, l);
    }

    private static int Openness(SchemaView view) => view.TakesAdditional is false ? 0 : view.Additional is not null ? 1 : 2;

    private void Inside()
    {
        switch (_before.Items, _after.Items)
        {
            case ({ } earlier, { } later): Visit(earlier, later); break;
            case (null, { }): Add(AssertionFacets.Items.Added, null, null); break;
            case ({ }, null): Add(AssertionFacets.Items.Removed, null, null); break;
        }
    }

    private void Visit(SchemaRef earlier, SchemaRef later)
    {
        if (_graph.Node(earlier, later, _node.Place.Inner, _node.Subject) is { } inside)
            _node.Inside.Add(inside);
    }
}
