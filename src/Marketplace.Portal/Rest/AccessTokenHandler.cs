using System.Text.Encodings.Web;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Portal.Rest;

/// <summary>A personal access token as bearer token (RFC 6750 §2.1). The person's role is looked up anew for each request.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "access_token";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var person = await tokens.AuthenticateAsync(header[Prefix.Length..].Trim(), Context.RequestAborted);
        return person is null
            ? AuthenticateResult.Fail("The access token is unknown, expired or revoked.")
            : AuthenticateResult.Success(new(SignedInPerson.Principal(person.Id, person.DisplayName, person.PlatformRole, Scheme), Scheme));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.Append("WWW-Authenticate", failed ? "Bearer realm=\"marketplace\", error=\"invalid_token\"" : "Bearer realm=\"marketplace\"");
        Response.StatusCode = StatusCodes.Status401Unauthorized;
    }
}
