namespace Marketplace.Core.Data;

/// <summary>Which part of a list is asked for. Out-of-range values are brought into range.</summary>
public sealed record PageRequest
{
    public const int MaximumSize = 200;

    public PageRequest(int number = 1, int size = 25) =>
        (Number, Size) = (Math.Clamp(number, 1, 1_000_000), Math.Clamp(size, 1, MaximumSize));

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>1 to 200.</summary>
    public int Size { get; }

    public int Skip => (Number - 1) * Size;

    /// <summary>Beyond so many, and beyond this page, nobody counts on; null where the number must be exact.</summary>
    public int? MostCounted { get; init; }
}

/// <summary>One page of a list, cut in the database.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total, PageRequest Request)
{
    public int Count => (Total + Request.Size - 1) / Request.Size;

    /// <summary>There are at least <see cref="Total"/>: counting stopped there.</summary>
    public bool IsMore { get; init; }

    public bool HasNext => Request.Number < Count;
}
