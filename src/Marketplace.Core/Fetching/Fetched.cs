using System.Net.Http.Headers;

namespace Marketplace.Core.Fetching;

internal enum FetchFailure
{
    None,

    /// <summary>No http(s) URL, or one with a user name in it.</summary>
    InvalidUrl,

    /// <summary>The host is in a private network and was not allowed.</summary>
    Forbidden,

    /// <summary>Any answer but 2xx and a redirect.</summary>
    Status,
    TooManyRedirects,
    Timeout,
    TooLarge,

    /// <summary>No connection, no TLS that is believed, or no HTTP.</summary>
    Unreachable,
}

/// <param name="Failure">Why there is no body.</param>
/// <param name="Body">What was fetched.</param>
/// <param name="Status">The status of the last answer; 0 without one.</param>
/// <param name="MaxAge">How much longer the server says that it stays fresh; null if it does not say.</param>
internal readonly record struct Fetched(FetchFailure Failure, ReadOnlyMemory<byte> Body = default, int Status = 0, TimeSpan? MaxAge = null)
{
    /// <summary>Freshness as of RFC 9111 §4.2: max-age less the time it has spent in caches.</summary>
    public static TimeSpan? Freshness(HttpResponseHeaders headers) => headers.CacheControl switch
    {
        { NoStore: true } or { NoCache: true } => TimeSpan.Zero,
        { MaxAge: { } age } => age - (headers.Age ?? TimeSpan.Zero),
        _ => null,
    };
}
