using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Tests.SignIn.Company;

/// <summary>An identity provider that can be made to lie. That we get on with a real one is shown end to end against npm oidc-provider.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "marketplace";
    public const string Secret = "s3cret: with signs";

    private readonly WebApplication _app;
    private readonly Jwk _key = Jwk.Generate(JwsAlgorithm.ES256);

    private FakeProvider(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.First();

    /// <summary>The ID token's claims for the code of that name.</summary>
    public Dictionary<string, JsonObject> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What the sign-in page was asked with, by code: the challenge must fit the verifier.</summary>
    public Dictionary<string, string> Challenges { get; } = new(StringComparer.Ordinal);

    public JsonObject? UserInfo { get; set; }

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var provider = new FakeProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = provider.Issuer,
            authorization_endpoint = provider.Issuer + "/auth",
            token_endpoint = provider.Issuer + "/token",
            jwks_uri = provider.Issuer + "/keys",
            userinfo_endpoint = provider.Issuer + "/me",
            end_session_endpoint = provider.Issuer + "/end",
            code_challenge_methods_supported = new[] { "S256" },
            authorization_response_iss_parameter_supported = true,
        }));
        app.MapGet("/keys", () => Results.Text(new JwkSet([provider._key.ToPublic()]).ToJson(), "application/json"));
        app.MapGet("/me", () => provider.UserInfo is { } info ? Results.Text(info.ToJsonString(), "application/json") : Results.NotFound());
        app.MapPost("/token", provider.ExchangeAsync);
        await app.StartAsync();
        return provider;
    }

    public string Sign(JsonObject claims, string type = "JWT", Jwk? key = null) =>
        new JwsSigner(key ?? _key, JwsAlgorithm.ES256, type).Sign(claims.ToJsonString());

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var code = form["code"].ToString();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}"));
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (request.Headers.Authorization != $"Basic {basic}" || form["grant_type"] != "authorization_code" || challenge != Challenges[code])
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var answer = Answers[code];
        var token = answer.TryGetPropertyValue("$token", out var raw) ? raw!.GetValue<string>() : Sign(answer);
        return Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 60, id_token = token });
    }
}
