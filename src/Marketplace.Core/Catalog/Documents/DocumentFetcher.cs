using Marketplace.Core.Fetching;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>Gets a document from a URL that a person typed.</summary>
public sealed class DocumentFetcher(FetchOptions options, FetchLimits? limits = null) : IDisposable
{
    public static readonly FetchLimits Limits = new(DocumentLimits.Default.MaxBytes, TimeSpan.FromSeconds(15)) { MaxRedirects = 3 };

    private const string Accept = "application/json, application/yaml, text/yaml, */*;q=0.5";

    private readonly FetchLimits _limits = limits ?? Limits;
    private readonly SafeFetcher _fetcher = new(options, limits ?? Limits);

    public void Dispose() => _fetcher.Dispose();

    public async Task<Outcome<ReadOnlyMemory<byte>>> FetchAsync(string url, CancellationToken cancellation)
    {
        var fetched = await _fetcher.GetAsync(url, Accept, cancellation);
        return fetched.Failure switch
        {
            FetchFailure.None => fetched.Body,
            FetchFailure.InvalidUrl => Refuse("url_invalid", "Give a URL that starts with https:// or http://, without a user name in it."),
            FetchFailure.Status => Refuse("url_status", $"The server answered {fetched.Status}. Open the URL in a browser to see why, or upload the document."),
            FetchFailure.TooManyRedirects => Refuse("url_redirects", $"The URL leads on more than {_limits.MaxRedirects} times. Give the last one."),
            FetchFailure.Timeout => Refuse("url_timeout", $"The server did not deliver the document within {_limits.Timeout.TotalSeconds:0} seconds. Upload it instead."),
            FetchFailure.Forbidden => Refuse(
                "url_forbidden", "This host is inside a private network; documents are not fetched from there. Upload the document, or ask an administrator to allow the host."),
            FetchFailure.TooLarge => Refuse(
                DocumentProblemCode.TooLarge, $"The document is larger than {_limits.MaxBytes / 1024 / 1024} MB. Remove examples, or split it into several APIs."),
            _ => Refuse("url_unreachable", "The server cannot be reached or did not speak HTTP. Check the URL, or upload the document."),
        };
    }

    private static Problem Refuse(string code, string message) => new(code, message, "url");
}
