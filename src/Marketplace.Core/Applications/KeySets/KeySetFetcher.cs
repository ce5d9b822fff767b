using Marketplace.Core.Fetching;
using Marketplace.Jose;

namespace Marketplace.Core.Applications.KeySets;

/// <param name="Reading">The set.</param>
/// <param name="MaxAge">How much longer the server says that it stays fresh.</param>
internal sealed record FetchedKeySet(KeySetReading Reading, TimeSpan? MaxAge);

/// <summary>Gets a key set from the URL that an application's team gave.</summary>
public sealed class KeySetFetcher(FetchOptions options) : IDisposable
{
    internal const string Field = "jwksUri";

    private const int MaximumUrlLength = 1000;
    private const string Accept = "application/jwk-set+json, application/json;q=0.9";

    private static readonly FetchLimits Limits = new(JwkSet.MaxLength, TimeSpan.FromSeconds(5)) { HttpsOnly = true };

    private readonly SafeFetcher _fetcher = new(options, Limits);

    public void Dispose() => _fetcher.Dispose();

    internal async Task<Outcome<FetchedKeySet>> FetchAsync(string url, CancellationToken cancellation)
    {
        if (url.Length > MaximumUrlLength || url.Contains('#', StringComparison.Ordinal))
            return Refuse("url_invalid", $"Give a URL of at most {MaximumUrlLength} characters, without a fragment (#).");
        var fetched = await _fetcher.GetAsync(url, Accept, cancellation);
        if (fetched.Failure == FetchFailure.None)
        {
            var reading = KeySetReader.Read(fetched.Body);
            return reading.Succeeded ? new FetchedKeySet(reading.Value, fetched.MaxAge) : reading.Failed<FetchedKeySet>();
        }
        return fetched.Failure switch
        {
            FetchFailure.InvalidUrl => Refuse("url_invalid", "Give a URL that starts with https://, without a user name in it."),
            FetchFailure.Status => Refuse("url_status", $"The server answered {fetched.Status}. " + (fetched.Status is 401 or 403 ? "The key set must be there for everybody." : "Open the URL to see why.")),
            FetchFailure.TooManyRedirects => Refuse("url_redirects", "The URL leads on to another one. Give the one where the key set is."),
            FetchFailure.Timeout => Refuse("url_timeout", $"The server did not deliver the key set within {Limits.Timeout.TotalSeconds:0} seconds."),
            FetchFailure.Forbidden => Refuse(
                "url_forbidden", "This host is inside a private network; key sets are not fetched from there. Ask an administrator to allow the host, or register the keys themselves."),
            FetchFailure.TooLarge => Refuse("key_set_too_large", $"What the URL delivers is larger than {Limits.MaxBytes / 1024} kB, which no key set is."),
            _ => Refuse("url_unreachable", "The server cannot be reached over HTTPS, or its certificate is not one that we trust. Check the URL."),
        };
    }

    private static Problem Refuse(string code, string message) => new(code, message, Field);
}
