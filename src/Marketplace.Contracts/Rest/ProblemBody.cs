namespace Marketplace.Contracts.Rest;

/// <summary>Why a request was refused (RFC 9457), sent as <c>application/problem+json</c>.</summary>
/// <param name="Type"><c>about:blank</c>: the code says what happened.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Detail">For people: what is wrong and what to do.</param>
/// <param name="Errors">Every problem found, the first included.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string Code, string Detail, IReadOnlyList<ProblemError> Errors)
{
    /// <summary>RFC 9457 §3.</summary>
    public const string ContentType = "application/problem+json";
}

/// <summary>One of the things to mend.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">The member of the body, or the place in the document, that it is about.</param>
public sealed record ProblemError(string Code, string Message, string? Field);
