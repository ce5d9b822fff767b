namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What a revision does to the operations of its line.</summary>
internal sealed class OperationPlan
{
    public List<Operation> Added { get; } = [];

    /// <summary>Known ones that the document shows differently from before, the returned included.</summary>
    public List<Operation> Changed { get; } = [];

    /// <summary>Removed by an earlier revision and back, with their old bits.</summary>
    public List<Operation> Returned { get; } = [];

    public List<Operation> Removed { get; } = [];

    public int Unchanged { get; set; }

    public int NextBitIndex { get; set; }

    public List<Problem> Problems { get; } = [];
}
