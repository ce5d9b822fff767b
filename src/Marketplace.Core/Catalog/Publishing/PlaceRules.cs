using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>Where a line may say that it is served: its base path, and its audience and server in each environment.</summary>
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
        foreach (var (environment, server) in input.Servers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (version.Audiences.All(a => a.Environment != environment))
                yield return new("environment_unknown", $"There is no environment {environment}.", "servers");
            if (server.Trim().Length > 0 && !IsServer(server.Trim()))
                yield return new("server_invalid", $"The server in {environment} must be an http or https address without query, such as https://api.bank.example.", "servers");
        }
    }

    private static bool IsServer(string text) =>
        text.Length <= 300 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri is { Query: "", Fragment: "", UserInfo: "" };
}
