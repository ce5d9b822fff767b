namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>
/// The lines that were indexed together, with their operations: an immutable part of a <see cref="CatalogIndex"/>. The
/// operations of a line are consecutive. A line that is indexed again lives in a newer segment; here it is overtaken.
/// </summary>
internal sealed class IndexSegment
{
    public required LineHead[] Lines { get; init; }

    /// <summary>For each line its base path, cut at slashes.</summary>
    public required string[][] BasePaths { get; init; }

    /// <summary>For each line its first operation; one more at the end.</summary>
    public required int[] FirstOperation { get; init; }

    /// <summary>For each operation its line, as numbered here.</summary>
    public required int[] LineOf { get; init; }

    public required Guid[] Ids { get; init; }

    /// <summary>Numbers of <see cref="IndexNames.Methods"/>.</summary>
    public required byte[] Methods { get; init; }

    /// <summary>How likely it is meant, before any word is known: short paths and what is not deprecated.</summary>
    public required byte[] Priors { get; init; }

    public required OperationFlags[] Flags { get; init; }

    public required OperationTexts Texts { get; init; }

    public required int[] TagStarts { get; init; }

    /// <summary>Numbers of <see cref="IndexNames.Tags"/>.</summary>
    public required int[] Tags { get; init; }

    public required TermDictionary Terms { get; init; }

    public required Postings Operations { get; init; }

    /// <summary>For each term how many operations and lines it is in, at most.</summary>
    public required int[] Occurrences { get; init; }

    /// <summary>By what the line itself says: for finding the line.</summary>
    public required Postings LineTexts { get; init; }

    /// <summary>By the names of the API and its team: they stand for each of its operations, too.</summary>
    public required Postings LineNames { get; init; }

    public required PathTable Paths { get; init; }

    public int Count => Ids.Length;

    public ReadOnlySpan<int> TagsOf(int operation) => Tags.AsSpan(TagStarts[operation]..TagStarts[operation + 1]);
}

[Flags]
internal enum OperationFlags : byte
{
    None = 0,
    Deprecated = 1,
    Enforceable = 2,
}

/// <summary>Names that all segments number alike.</summary>
internal sealed class IndexNames
{
    public NameTable Methods { get; } = new();

    public NameTable Tags { get; } = new();
}
