namespace Marketplace.Core.Catalog.Documents;

/// <summary>What a document may cost. The largest Open Banking document has 0.4 MB; only two public ones exceed 16 MB.</summary>
public sealed record DocumentLimits
{
    public static DocumentLimits Default { get; } = new();

    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Size as JSON once YAML aliases are expanded: a few lines of YAML can stand for terabytes.</summary>
    public int MaxExpandedBytes { get; init; } = 32 * 1024 * 1024;

    public int MaxDepth { get; init; } = 100;

    /// <summary>Objects, arrays and scalars: sixteen megabytes of <c>[0,0,0,…</c> cost a gigabyte of nodes; no real document has more than 240,000.</summary>
    public int MaxValues { get; init; } = 500_000;

    public int MaxOperations { get; init; } = 20_000;

    public int MaxPathLength { get; init; } = 1_000;

    /// <summary>How many problems are listed; the rest is counted.</summary>
    public int MaxProblems { get; init; } = 20;
}
