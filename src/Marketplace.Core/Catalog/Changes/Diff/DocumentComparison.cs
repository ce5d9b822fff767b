using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Compares what surrounds the operations, each operation's envelope, then all their schemas at once.</summary>
internal sealed class DocumentComparison(
    ChangeDocument before, ChangeDocument after, IReadOnlyList<OperationPair> pairs, ChangeSet changes, Budget budget, DateOnly today)
{
    /// <summary>What applies to operations that say nothing of their own.</summary>
    private static readonly string[] Inherited = ["security", "consumes", "produces"];

    private readonly SameParts _same = new(before.Root, after.Root);

    public void Run()
    {
        var graph = new SchemaGraph(before, after, _same, changes, budget);
        new SurroundingsComparison(before, after, changes).Run();
        var inherited = Inherited.All(name => Same(before.Root, after.Root, name));
        var existence = new ExistenceComparison(before, pairs, changes, today);
        var (earlier, later) = (new OperationModelReader(before), new OperationModelReader(after));
        var roots = new List<SchemaNode>?[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs[i] is not { Before: { } was, After: { } now } pair || was.Method != now.Method)
                existence.Run(i);
            else if (!(inherited && IsSame(was, now)) && earlier.Read(was.Method, was.Path) is { } left && later.Read(now.Method, now.Path) is { } right)
                roots[i] = new OperationComparison(graph, pair, i, left, right).Run();
        }
        graph.Compare();
        Attribute(roots);
    }

    private bool IsSame(OperationPlace was, OperationPlace now)
    {
        if (was.Path != now.Path)
            return false;
        var pointer = JsonPointer.Child("#/paths", was.Path);
        return before.At(pointer) is { } left && after.At(pointer) is { } right && _same.Are(left, right);
    }

    private bool Same(JsonElement left, JsonElement right, string name)
    {
        var (has, had) = (left.TryGetProperty(name, out var l), right.TryGetProperty(name, out var r));
        return has == had && (!has || _same.Are(l, r));
    }

    /// <summary>Says of each schema's change which operations it touches.</summary>
    private void Attribute(List<SchemaNode>?[] roots)
    {
        var last = new Dictionary<int, int>();
        var open = new Stack<SchemaNode>();
        for (var i = 0; i < roots.Length; i++)
        {
            foreach (var root in roots[i] ?? [])
                open.Push(root);
            while (open.TryPop(out var node))
            {
                if (!node.Changed || node.Seen == i)
                    continue;
                node.Seen = i;
                budget.Spend(1 + node.Inside.Count);
                foreach (var change in node.Own.Where(c => !last.TryGetValue(c, out var seen) || seen != i))
                {
                    last[change] = i;
                    changes.All[change].Operations.Add(i);
                }
                foreach (var inside in node.Inside)
                    open.Push(inside);
            }
        }
    }
}
