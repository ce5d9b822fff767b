using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Diff;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>Compares two accepted documents, given as the catalog stores them. No I/O, cost bounded.</summary>
public static class DocumentDiff
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = DocumentLimits.Default.MaxDepth + 1 };

    /// <param name="before">The earlier document as JSON.</param>
    /// <param name="after">The later one.</param>
    /// <param name="today">Decides whether a removed operation's sunset has passed.</param>
    public static DocumentChanges Compare(string before, string after, DateOnly today)
    {
        if (before == after)
            return DocumentChanges.None;
        return Compare(before, after, Pairs(before, after), today);
    }

    /// <summary>Which operation of the one is which of the other.</summary>
    internal static List<OperationPair> Pairs(string before, string after)
    {
        using var earlier = JsonDocument.Parse(before, Depth);
        using var later = JsonDocument.Parse(after, Depth);
        return OperationPair.Of(OperationReader.In(earlier.RootElement), OperationReader.In(later.RootElement));
    }

    internal static DocumentChanges Compare(string before, string after, IReadOnlyList<OperationPair> pairs, DateOnly today, long steps = Budget.DefaultSteps)
    {
        var changes = new ChangeSet();
        var budget = new Budget(steps);
        try
        {
            using var earlier = new ChangeDocument(before, budget);
            using var later = new ChangeDocument(after, budget);
            new DocumentComparison(earlier, later, pairs, changes, budget, today).Run();
        }
        catch (Budget.Exhausted)
        {
            var index = changes.Add(OperationKinds.Incomplete, "#", "");
            // Nobody can say whom it leaves alone.
            changes.All[index].Operations.AddRange(Enumerable.Range(0, pairs.Count).Where(i => pairs[i].Before is not null));
        }
        return new([.. changes.All
            .Select(f => new Change(f.Kind.Id, f.Kind.Verdict, f.Pointer, f.InEarlier, f.Sentence, [.. f.Operations.Select(i => pairs[i])]))
            .OrderByDescending(c => c.Verdict)]);
    }
}
