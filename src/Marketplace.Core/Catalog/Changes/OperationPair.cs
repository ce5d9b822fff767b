using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Publishing;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>An operation as a document shows it.</summary>
public sealed record OperationPlace(string Key, string Method, string Path);

/// <summary>The same operation in two documents, as the house decides it: what a grant stays with.</summary>
/// <param name="Id">Of the operation known to the catalog; null when documents are compared by themselves.</param>
/// <param name="Before">Null when it is new.</param>
/// <param name="After">Null when it is gone.</param>
public sealed record OperationPair(Guid? Id, OperationPlace? Before, OperationPlace? After)
{
    public OperationPlace Shown => After ?? Before!;

    /// <summary>Plans the revision, and says which operation is which. The plan changes the known ones, as <see cref="OperationIdentity"/> does.</summary>
    internal static (OperationPlan Plan, List<OperationPair> Pairs) Of(
        Guid versionId, IReadOnlyList<Operation> known, IReadOnlyList<SpecOperation> document, int revision, int nextBitIndex)
    {
        var before = known.Where(o => o.RemovedIn is null).Select(o => (Operation: o, Place: PlaceOf(o))).ToList();
        var plan = OperationIdentity.Plan(versionId, known, document, revision, nextBitIndex);
        var removed = plan.Removed.ToHashSet();
        var pairs = before.ConvertAll(b => new OperationPair(b.Operation.Id, b.Place, removed.Contains(b.Operation) ? null : PlaceOf(b.Operation)));
        pairs.AddRange(plan.Added.Concat(plan.Returned).Select(o => new OperationPair(o.Id, null, PlaceOf(o))));
        return (plan, pairs);
    }

    /// <summary>The same decision for two documents of which the catalog's history knows nothing, such as two lines.</summary>
    internal static List<OperationPair> Of(IReadOnlyList<SpecOperation> before, IReadOnlyList<SpecOperation> after)
    {
        var known = OperationIdentity.Plan(Guid.Empty, [], before, 1, 0).Added;
        return Of(Guid.Empty, known, after, 2, known.Count).Pairs.ConvertAll(p => p with { Id = null });
    }

    private static OperationPlace PlaceOf(Operation operation) => new(operation.Key, operation.Method, operation.Path);
}
