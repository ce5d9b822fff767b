using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Core.People;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static Marketplace.Portal.SignIn.Company.ProviderTokens;

namespace Marketplace.Portal.SignIn.Company;

/// <summary>
/// OpenID Connect's code flow on the framework's OAuth handler, whose are state, its cookie and PKCE. Here are the
/// nonce, the ID token, and what becomes of the person. Nothing else of OpenID Connect is understood: no implicit flow.
/// </summary>
internal sealed class OpenIdHandler(
    IOptionsMonitor<OpenIdOptions> options, ILoggerFactory logger, UrlEncoder encoder, CompanyProvider provider, ProviderTokens tokens,
    CompanySignIn people, StartSession sessions)
    : OAuthHandler<OpenIdOptions>(options, logger, encoder)
{
    public const string SchemeName = "company";
    public const string CallbackPath = "/sign-in/company/callback";
    private const string Nonce = ".nonce";

    public override async Task<bool> ShouldHandleRequestAsync() => provider.IsConfigured && await base.ShouldHandleRequestAsync();

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Options.AuthorizationEndpoint = (await provider.MetadataAsync(Context.RequestAborted)).Authorization;
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        // Kept in the state, which is encrypted and tied to this browser by its cookie.
        var nonce = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        properties.Items[Nonce] = nonce;
        var url = QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, provider.Callback), "nonce", nonce);
        return provider.Settings.Prompt is { } prompt ? QueryHelpers.AddQueryString(url, "prompt", prompt) : url;
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        var metadata = await provider.MetadataAsync(Context.RequestAborted);
        Options.TokenEndpoint = metadata.Token;
        // RFC 9207 §2.4: an answer of another provider must not be exchanged at this one.
        if (Request.Query.TryGetValue("iss", out var issuer) ? issuer != provider.Issuer : metadata.SendsIssuer)
            return HandleRequestResult.Fail("The answer came from another issuer.");
        return await base.HandleRemoteAuthenticateAsync();
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        var settings = provider.Settings;
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = context.Code,
            ["redirect_uri"] = provider.Callback,
        };
        if (context.Properties.Items.Remove(OAuthConstants.CodeVerifierKey, out var verifier))
            form[OAuthConstants.CodeVerifierKey] = verifier!;
        using var request = new HttpRequestMessage(HttpMethod.Post, Options.TokenEndpoint);
        // RFC 6749 §2.3.1: each is encoded as a form value is.
        if (settings.ClientSecret is { } secret)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
        else
            form["client_id"] = settings.ClientId;
        request.Headers.Accept.ParseAdd("application/json");
        request.Content = new FormUrlEncodedContent(form);
        using var response = await provider.Http.SendAsync(request, Context.RequestAborted);
        var body = await response.Content.ReadAsStringAsync(Context.RequestAborted);
        return response.IsSuccessStatusCode
            ? OAuthTokenResponse.Success(JsonDocument.Parse(body))
            : OAuthTokenResponse.Failed(new ProviderException($"The token endpoint answered {(int)response.StatusCode}: {body[..Math.Min(200, body.Length)]}"));
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse answer)
    {
        var token = Text(answer.Response!.RootElement, "id_token") ?? throw new ProviderException("The token endpoint sent no ID token.");
        var nonce = properties.Items.TryGetValue(Nonce, out var kept) ? kept! : throw new ProviderException("The sign-in did not begin here.");
        var claims = await tokens.ReadIdTokenAsync(token, nonce, Context.RequestAborted);
        var who = await DescribeAsync(claims, answer.AccessToken);
        var origin = Context.Origin();
        var person = await people.ExecuteAsync(who, origin.Source, Context.RequestAborted);
        if (!person.Succeeded)
            throw new SignInRefused(person.Problems[0]);
        var session = await sessions.ExecuteAsync(person.Value, origin, new(provider.Issuer, Text(claims, "sid"), token), Context.RequestAborted);
        var begun = SessionCookie.Properties(session);
        begun.RedirectUri = properties.RedirectUri;
        return new(SessionCookie.Ticket(session), begun, SchemeName);
    }

    /// <summary>What the ID token leaves out, the UserInfo endpoint says (OpenID Connect Core 1.0 §5.3).</summary>
    private async Task<CompanyPerson> DescribeAsync(JsonElement claims, string? accessToken)
    {
        var groups = provider.Settings.GroupsClaim;
        var subject = Text(claims, "sub")!;
        JsonElement more = default;
        if (accessToken is not null && (await provider.MetadataAsync(Context.RequestAborted)).UserInfo is { } address
            && new[] { groups, "email", "name" }.Any(name => !claims.TryGetProperty(name, out _)))
        {
            using var answer = await provider.UserInfoAsync(address, accessToken, Context.RequestAborted);
            more = answer.RootElement.Clone();
            // §5.3.2: it may be the answer to another's token.
            if (Text(more, "sub") != subject)
                throw new ProviderException("The UserInfo endpoint speaks of somebody else.");
        }

        // "Too many to list here" is not "none": taking everything away would be wrong, and so would leaving it.
        if (Find("_claim_names") is { ValueKind: JsonValueKind.Object } elsewhere && elsewhere.TryGetProperty(groups, out _))
            throw new SignInRefused(new("groups_elsewhere", "The identity provider did not list your groups, because they are too many. Ask its operators to send only those assigned to the marketplace."));
        return new(
            subject, TextOf("preferred_username"), TextOf("name"), TextOf("email"),
            Find("email_verified") is { ValueKind: JsonValueKind.True }, GroupsOf(Find(groups)));

        JsonElement? Find(string name) => claims.TryGetProperty(name, out var value) ? value
            : more.ValueKind == JsonValueKind.Object && more.TryGetProperty(name, out value) ? value : null;

        string? TextOf(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
    }

    private static string[] GroupsOf(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Where(g => g.ValueKind == JsonValueKind.String).Select(g => g.GetString()!).Distinct(StringComparer.Ordinal)],
        _ => [],
    };
}

/// <summary>They are who they say, and may not come in.</summary>
internal sealed class SignInRefused(Marketplace.Core.Problem problem) : Exception(problem.Message)
{
    public Marketplace.Core.Problem Problem { get; } = problem;
}
