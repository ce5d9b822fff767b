using Microsoft.AspNetCore.Authorization;

namespace Marketplace.Portal.Rest;

/// <summary>The REST API takes personal access tokens, never the cookie: no page can make a browser call it (CSRF).</summary>
internal static class RestSecurity
{
    public const string TokenPolicy = "rest-token";

    /// <summary>Only for making a first access token.</summary>
    public const string TokenOrPasswordPolicy = "rest-token-or-password";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(TokenPolicy, policy => policy
            .AddAuthenticationSchemes(AccessTokenHandler.Scheme).RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()));
        options.AddPolicy(TokenOrPasswordPolicy, policy => policy
            .AddAuthenticationSchemes(AccessTokenHandler.Scheme, PasswordHandler.Scheme).RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()));
    }
}
