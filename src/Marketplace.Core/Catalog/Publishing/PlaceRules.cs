using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>Where a line may say that it is served: its base path, and its audience in each environment.</summary>
internal static class PlaceRules
{
    public static IEnumerable<Problem> Check(ApiVersion version, ChangeVersionInput input)
    {
        if (!BasePath.IsValid(input.BasePath))
            yield return new("base_path_invalid", "Write the base path as /segments without variables, query, encoded characters or dots; leave it empty for none.", "basePath");
        foreach (var (environment, uri) in input.Audiences ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (version.Audiences.All(a => a.Environment != environment))
                yield return new("environment_unknown", $"There is no environment {environment}.", "audiences");
            // RFC 8707 §2: an absolute URI without a fragment.
            if (uri.Length > 300 || !Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || parsed.Fragment.Length > 0 || uri.Any(c => c is <= ' ' or > '~' or '#'))
                yield return new("audience_invalid", $"The audience for {environment} must be an absolute URI without fragment, such as urn:bank:payments.", "audiences");
            // Given to every line when it is made: whoever took another's would keep that line from being made.
            else if (uri.StartsWith(ApiLine.AudiencePrefix, StringComparison.OrdinalIgnoreCase) && uri != ApiLine.AudienceOf(input.Api, version.Version, environment))
                yield return new("audience_reserved", $"{ApiLine.AudiencePrefix} is for the marketplace's own audiences; for {environment} it may be {ApiLine.AudienceOf(input.Api, version.Version, environment)}.", "audiences");
        }
    }
}
