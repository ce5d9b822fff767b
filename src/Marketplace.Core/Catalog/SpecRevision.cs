using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Catalog;

public enum DocumentFormat
{
    Json,
    Yaml,
}

/// <summary>One OpenAPI document accepted for an ApiVersion; immutable, numbered from 1.</summary>
public sealed class SpecRevision
{
    /// <summary>Of the document's own description: enough for searching.</summary>
    private const int LongestDescription = 3_000;

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

    /// <param name="title">For a document without one.</param>
    internal static SpecRevision Of(Guid line, int number, string title, SpecDocument document, Actor by, DateTimeOffset at) => new()
    {
        ApiVersionId = line,
        Number = number,
        Title = document.Title.Length > 0 ? document.Title : title,
        Description = document.Description.Length > LongestDescription ? document.Description[..LongestDescription] : document.Description,
        DocumentVersion = document.Version,
        Openapi = document.OpenApiVersion,
        Format = document.Format,
        Original = document.Original,
        Document = document.Json,
        Sha256 = document.Sha256,
        OperationCount = document.Operations.Count,
        PublishedBy = by.Id,
        PublishedAt = at,
    };

    internal sealed class Table() : Mapping<SpecRevision>("spec_revision");
}
