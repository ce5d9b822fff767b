namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>What the index keeps of a line. Two that are equal were read from the same rows.</summary>
/// <param name="Open">For every signed-in person. Whatever is not is its team's own.</param>
internal sealed record LineHead(
    Guid Id, string Api, string Title, string Summary, string Version, Lifecycle Lifecycle, bool Open, Classification Classification,
    Guid TeamId, string Team, string TeamTitle, string BasePath, int Revision);

/// <param name="Team">A number of <see cref="CatalogIndex.Teams"/>.</param>
internal readonly record struct LineFacts(bool Open, Lifecycle Lifecycle, Classification Classification, int Team);

internal sealed record OperationSource(
    Guid Id, string Key, string Method, string Path, string? OperationId, string Summary, string Description, string[] Tags, bool Deprecated, bool Enforceable);

/// <summary>A line as the database has it, about to be indexed.</summary>
internal sealed record LineSource(LineHead Head, string Description, IReadOnlyList<OperationSource> Operations);
