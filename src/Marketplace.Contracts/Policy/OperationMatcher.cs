using System.Buffers;

namespace Marketplace.Contracts.Policy;

/// <summary>
/// Finds the operation that a request means. Built once from a snapshot, immutable, allocates nothing per request.
/// <list type="bullet">
/// <item>The path is matched before the method, concrete before templated from the left (OpenAPI 3.1 §4.8.8.1):
/// a method that the most specific path does not declare is unknown, whatever a less specific path declares.</item>
/// <item>Literals are exact and case-sensitive, a trailing slash counts, methods are case-sensitive (RFC 9110 §9.1),
/// HEAD is only what the document declares.</item>
/// <item>Many servers route case-insensitively and ignore a trailing slash. Where such a server would serve a more
/// specific path than the one matched (<c>/accounts/ADMIN</c> beside <c>/accounts/admin</c>), the request is refused.</item>
/// </list>
/// </summary>
public sealed class OperationMatcher
{
    private const int StackLimit = 512;
    private readonly PathTrie exact = new(lenient: false);
    private readonly PathTrie lenient = new(lenient: true);

    /// <summary>Builds the matcher. Of two operations that no request can tell apart, the lower index counts.</summary>
    public OperationMatcher(IEnumerable<PolicyOperation> operations, string basePath = "")
    {
        var paths = new Dictionary<string, PathEntry>(StringComparer.Ordinal);
        foreach (var operation in operations.OrderBy(operation => operation.Index))
        {
            var template = PathTemplate.Parse(basePath + operation.Path);
            if (template is null)
                continue;
            if (!paths.TryGetValue(template.Shape, out var entry))
            {
                paths.Add(template.Shape, entry = new PathEntry(template));
                exact.Add(template, entry);
                lenient.Add(template, entry);
            }

            entry.Declare(operation);
        }
    }

    internal PathTrie Exact => exact;

    internal PathTrie Lenient => lenient;

    /// <summary>Builds the matcher of a snapshot.</summary>
    public static OperationMatcher Of(PolicySnapshot snapshot) => new(snapshot.Operations, snapshot.BasePath);

    /// <summary>The operation behind a method and a raw path: as it came over the wire, undecoded, without the query.</summary>
    public OperationMatch Match(ReadOnlySpan<char> method, ReadOnlySpan<char> rawPath)
    {
        if (rawPath.Length <= StackLimit)
            return Match(method, rawPath, stackalloc char[StackLimit]);

        var rented = ArrayPool<char>.Shared.Rent(rawPath.Length);
        try
        {
            return Match(method, rawPath, rented);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private OperationMatch Match(ReadOnlySpan<char> method, ReadOnlySpan<char> rawPath, Span<char> buffer)
    {
        if (!CanonicalPath.TryDecode(rawPath, buffer, out var path))
            return OperationMatch.Refused(ReasonCode.PathNotCanonical);
        if (exact.Find(path) is not [var entry])
            return OperationMatch.Refused(ReasonCode.OperationUnknown);
        if (entry.IsTemplated && !lenient.Find(path)!.Contains(entry))
            return OperationMatch.Refused(ReasonCode.PathNotCanonical);
        return entry.Find(method) is { } operation
            ? new OperationMatch(operation, null)
            : OperationMatch.Refused(ReasonCode.OperationUnknown);
    }
}
