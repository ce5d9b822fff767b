using System.Text.RegularExpressions;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>One whole call, from credentials to answer, in the ways that people write it.</summary>
/// <param name="MarketplaceUrl">Where tokens are issued.</param>
/// <param name="ClientId">The application; a placeholder while none is chosen.</param>
/// <param name="Audience">The token's.</param>
/// <param name="Server">Where the API answers; a placeholder while its owners have not said.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Path">With the base path and its variables.</param>
/// <param name="Name">The API's, for what the code calls its client.</param>
public sealed partial record CallSample(string MarketplaceUrl, string ClientId, string Audience, string Server, string Method, string Path, string Name)
{
    public const string UnknownServer = "https://SERVER-OF-THE-API";
    public const string UnknownClient = "YOUR-CLIENT-ID";

    public IEnumerable<(string Title, string Text)> All => [("curl", Curl), ("C#, with Marketplace.Sdk", CSharp), ("JavaScript", JavaScript), ("Python", Python)];

    private bool HasBody => Method is "POST" or "PUT" or "PATCH";

    private string Address => Server.TrimEnd('/') + Variable().Replace(Path, m => m.Groups["name"].Value.ToUpperInvariant());

    public string Curl =>
        $"""
        TOKEN=$(curl -s {MarketplaceUrl}/oauth/token \
          -u '{ClientId}:YOUR_CLIENT_SECRET' \
          -d grant_type=client_credentials \
          --data-urlencode 'resource={Audience}' | jq -r .access_token)

        curl -i -X {Method} '{Address}' \
          -H "Authorization: Bearer $TOKEN"{(HasBody ? " \\\n  -H 'Content-Type: application/json' -d @body.json" : "")}
        """;

    public string CSharp =>
        $$"""
        // appsettings.json: "Marketplace": {
        //   "Url": "{{MarketplaceUrl}}", "ClientId": "{{ClientId}}", "ClientSecretFile": "…" }
        // Tokens come and are renewed by themselves.
        builder.Services.AddHttpClient("{{Name}}").AddMarketplaceToken("{{Audience}}");

        var http = factory.CreateClient("{{Name}}"); // IHttpClientFactory
        using var request = new HttpRequestMessage(new HttpMethod("{{Method}}"), "{{Address}}");{{(HasBody ? "\nrequest.Content = JsonContent.Create(body);" : "")}}
        using var response = await http.SendAsync(request);
        """;

    public string JavaScript =>
        $$"""
        // On a server: a secret has no place in a browser.
        const answer = await fetch("{{MarketplaceUrl}}/oauth/token", {
          method: "POST",
          headers: { Authorization: "Basic " + btoa("{{ClientId}}:" + process.env.CLIENT_SECRET) },
          body: new URLSearchParams({ grant_type: "client_credentials", resource: "{{Audience}}" }),
        });
        const { access_token } = await answer.json();

        const response = await fetch("{{Address}}", {
          method: "{{Method}}",
          headers: { Authorization: `Bearer ${access_token}`{{(HasBody ? ", \"Content-Type\": \"application/json\"" : "")}} },{{(HasBody ? "\n  body: JSON.stringify(body)," : "")}}
        });
        """;

    public string Python =>
        $$"""
        import os, requests

        token = requests.post("{{MarketplaceUrl}}/oauth/token",
            auth=("{{ClientId}}", os.environ["CLIENT_SECRET"]),
            data={"grant_type": "client_credentials", "resource": "{{Audience}}"}).json()["access_token"]

        response = requests.request("{{Method}}", "{{Address}}",
            headers={"Authorization": f"Bearer {token}"}{{(HasBody ? ", json=body" : "")}})
        """;

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
