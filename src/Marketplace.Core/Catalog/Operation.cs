using Marketplace.Core.Data;

namespace Marketplace.Core.Catalog;

/// <summary>Method and path template of an ApiVersion: what is granted.</summary>
public sealed class Operation
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApiVersionId { get; init; }

    /// <summary>The operationId, else derived from method and path. Survives a path rename that keeps the operationId.</summary>
    public required string Key { get; init; }

    /// <summary>Its bit in tokens and snapshots. Appended, never reused.</summary>
    public required int BitIndex { get; init; }
    public required string Method { get; set; }
    public required string Path { get; set; }
    public string? OperationId { get; set; }
    public required string Summary { get; set; }
    public required string Description { get; set; }
    public required string[] Tags { get; set; }
    public required bool Deprecated { get; set; }
    public required int AddedIn { get; init; }

    /// <summary>The first revision without it; null while it is published.</summary>
    public int? RemovedIn { get; set; }

    /// <summary>Why no data plane can tell its requests apart, so that nobody can be granted it; null when it can be.</summary>
    public string? NotEnforceable { get; set; }
    public ApiVersion? ApiVersion { get; init; }

    internal sealed class Table() : Mapping<Operation>("operation");
}
