namespace Marketplace.Core.Catalog.Documents;

/// <summary>An accepted OpenAPI document: everything that the catalog takes from it.</summary>
public sealed record SpecDocument
{
    /// <summary>As the document names it, such as <c>3.0.3</c>.</summary>
    public required string OpenApiVersion { get; init; }

    /// <summary>May be empty: eleven real documents have an empty one.</summary>
    public required string Title { get; init; }

    /// <summary>The author's own version, such as <c>3.1.11</c>: only shown, never compared.</summary>
    public required string Version { get; init; }

    public required string Description { get; init; }

    public string? ContactName { get; init; }

    public string? ContactEmail { get; init; }

    public string? ContactUrl { get; init; }

    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The path of the first server (2.0: <c>basePath</c>) without a trailing slash; empty for none.</summary>
    public required string BasePath { get; init; }

    public required IReadOnlyList<SpecOperation> Operations { get; init; }

    public required DocumentFormat Format { get; init; }

    /// <summary>As it was given, without a byte order mark.</summary>
    public required string Original { get; init; }

    /// <summary>The same document as compact JSON, members in their order, aliases expanded.</summary>
    public required string Json { get; init; }

    /// <summary>Of the bytes as given: equal bytes are the same document.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>What was accepted and may surprise.</summary>
    public required IReadOnlyList<DocumentProblem> Warnings { get; init; }
}

/// <summary>One method on one path template.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">The template as written, without the base path.</param>
/// <param name="Shape">The template with its parameter names taken out: equal shapes match the same requests.</param>
/// <param name="Key">A valid OAuth scope token (RFC 6749 §3.3), unique in the document, a function of this operation alone.</param>
/// <param name="OperationId">As written; null when the document gives none.</param>
/// <param name="Security">Names of the security schemes that the document asks for.</param>
/// <param name="NotEnforceable">Why no data plane can tell its requests apart, so that nobody can be granted it; null when it can be.</param>
public sealed record SpecOperation(
    string Method,
    string Path,
    string Shape,
    string Key,
    string? OperationId,
    string Summary,
    string Description,
    IReadOnlyList<string> Tags,
    bool Deprecated,
    IReadOnlyList<string> Security,
    string? NotEnforceable);
