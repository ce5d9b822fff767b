namespace Marketplace.Contracts.Audit;

/// <summary>What is wrong with a chain.</summary>
public enum ChainFault
{
    /// <summary>The content is not what its hash covers.</summary>
    Altered,

    /// <summary>The hash before an event is not that of the event before it: one of the two was put in another's place.</summary>
    Replaced,

    /// <summary>Events are missing.</summary>
    Removed,

    /// <summary>An event that the chain has no place for.</summary>
    Inserted,

    /// <summary>An event stands after one that follows it.</summary>
    Reordered,

    /// <summary>Columns by which people search say something else than the content.</summary>
    ColumnsAltered,

    /// <summary>Content is missing, and no erasure on the chain tells of it.</summary>
    ErasedUntold,

    /// <summary>A checkpoint says that another event stood here: everything up to here was rewritten since.</summary>
    Rewritten,

    /// <summary>The chain ends before it should.</summary>
    Truncated,

    /// <summary>A line is no event.</summary>
    Unreadable,
}

/// <param name="Fault">What is wrong.</param>
/// <param name="Sequence">Where.</param>
/// <param name="Until">Up to where, if it is more than one; else the same.</param>
/// <param name="Detail">In words.</param>
public sealed record ChainFinding(ChainFault Fault, long Sequence, long Until, string Detail)
{
    /// <summary>As a person reads it.</summary>
    public override string ToString() => Until == Sequence ? $"event {Sequence}: {Detail}" : $"events {Sequence} to {Until}: {Detail}";
}
