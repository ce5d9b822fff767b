using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes;

/// <param name="Kind">The id of a <see cref="ChangeKind"/>.</param>
/// <param name="Verdict">What it means for callers.</param>
/// <param name="Pointer">Where it stands in the later document; in the earlier one when it is gone.</param>
/// <param name="InEarlier">Whether <paramref name="Pointer"/> is of the earlier document.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Operations">Those that it touches; none when it is the document's own.</param>
public sealed record Change(string Kind, Verdict Verdict, string Pointer, bool InEarlier, string Sentence, IReadOnlyList<OperationPair> Operations);

/// <summary>All that is different between two documents, worst first.</summary>
public sealed class DocumentChanges(IReadOnlyList<Change> all)
{
    public static DocumentChanges None { get; } = new([]);

    public IReadOnlyList<Change> All { get; } = all;

    public Verdict Verdict { get; } = all.Count == 0 ? Verdict.Compatible : all.Max(c => c.Verdict);

    public bool Breaks => Verdict is Verdict.Breaking;

    /// <summary>Operations that existed before and that callers may no longer be able to call as they do.</summary>
    public IReadOnlyList<OperationPair> Broken { get; } =
        [.. all.Where(c => c.Verdict is Verdict.Breaking).SelectMany(c => c.Operations).Where(o => o.Before is not null).Distinct()];

    public int Count(Verdict verdict) => All.Count(c => c.Verdict == verdict);
}
