using Marketplace.Core.Data;

namespace Marketplace.Core.Catalog;

public enum DocumentFormat
{
    Json,
    Yaml,
}

/// <summary>One OpenAPI document accepted for an ApiVersion; immutable, numbered from 1.</summary>
public sealed class SpecRevision
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApiVersionId { get; init; }
    public required int Number { get; init; }
    public required string Title { get; init; }

    /// <summary>The beginning of the document's own <c>info.description</c>: its words are searched.</summary>
    public string Description { get; init; } = "";

    /// <summary>The document's own <c>info.version</c>.</summary>
    public required string DocumentVersion { get; init; }

    /// <summary>The OpenAPI version it is written in, such as <c>3.1.0</c>.</summary>
    public required string Openapi { get; init; }
    public required DocumentFormat Format { get; init; }

    /// <summary>As it was given.</summary>
    public required string Original { get; init; }

    /// <summary>The same as JSON.</summary>
    public required string Document { get; init; }
    public required byte[] Sha256 { get; init; }
    public required int OperationCount { get; init; }
    public required Guid PublishedBy { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    internal sealed class Table() : Mapping<SpecRevision>("spec_revision");
}
