using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>A pair of schemas that stand in the same place.</summary>
internal sealed class SchemaNode(SchemaRef before, SchemaRef after, SchemaPlace place, string subject)
{
    public SchemaRef Before { get; } = before;
    public SchemaRef After { get; } = after;
    public SchemaPlace Place { get; } = place;

    /// <summary>What the outermost schema is called in a sentence.</summary>
    public string Subject { get; } = subject;

    /// <summary>Changes of this schema itself.</summary>
    public List<int> Own { get; } = [];
    public List<SchemaNode> Inside { get; } = [];

    /// <summary>It, or something inside, has changed.</summary>
    public bool Changed { get; set; }

    /// <summary>The last operation that has passed here.</summary>
    public int Seen { get; set; } = -1;
}

/// <summary>Compares each pair of schemas once, however many operations use it and however it refers to itself.</summary>
internal sealed class SchemaGraph(ChangeDocument before, ChangeDocument after, SameParts same, ChangeSet changes, Budget budget)
{
    private readonly Dictionary<(string, string, SchemaPlace, string), SchemaNode> _nodes = [];
    private readonly Queue<SchemaNode> _open = new();

    public ChangeDocument Before => before;

    public ChangeDocument After => after;

    public ChangeSet Changes => changes;

    /// <summary>Null when there is nothing to compare.</summary>
    public SchemaNode? Node(SchemaRef earlier, SchemaRef later, SchemaPlace place, string subject)
    {
        if (same.Are(earlier, later))
            return null;
        // What a property is called follows from where it stands, so that all uses share one node.
        var key = (earlier.Pointer, later.Pointer, place, place.IsProperty ? "" : subject);
        if (!_nodes.TryGetValue(key, out var node))
        {
            budget.Spend(20);
            _nodes.Add(key, node = new SchemaNode(earlier, later, place, subject));
            _open.Enqueue(node);
        }
        return node;
    }

    public void Compare()
    {
        while (_open.TryDequeue(out var node))
            new SchemaComparison(this, node, budget).Run();
        MarkChanged();
    }

    private void MarkChanged()
    {
        var containers = _nodes.Values.SelectMany(n => n.Inside.Select(i => (Inside: i, Container: n))).ToLookup(e => e.Inside, e => e.Container);
        var open = new Stack<SchemaNode>(_nodes.Values.Where(n => n.Own.Count > 0));
        while (open.TryPop(out var node))
        {
            if (node.Changed)
                continue;
            node.Changed = true;
            foreach (var container in containers[node])
                open.Push(container);
        }
    }
}
