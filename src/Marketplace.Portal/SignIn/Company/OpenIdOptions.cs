using Microsoft.AspNetCore.Authentication.OAuth;

namespace Marketplace.Portal.SignIn.Company;

/// <summary>How we are known at the company's identity provider, and what we ask of it.</summary>
public sealed record OpenIdSettings(string ClientId, string? ClientSecret)
{
    public string Scopes { get; init; } = "openid profile email";

    /// <summary>The claim that lists a person's groups.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Such as "login": what the identity provider shows even to those who are signed in there.</summary>
    public string? Prompt { get; init; }
}

internal sealed class OpenIdOptions : OAuthOptions
{
    /// <summary>Where the endpoints are says the discovery document, later; whether the rest is there is checked when the settings are read.</summary>
    public override void Validate()
    {
    }
}
