namespace Marketplace.Contracts.Rest;

/// <summary>Who you are.</summary>
/// <param name="Name">Your name.</param>
/// <param name="PlatformRole"><c>administrator</c>, <c>security_officer</c> or <c>auditor</c>; null for most.</param>
/// <param name="Teams">Where you are a member.</param>
public sealed record MeBody(string Name, string? PlatformRole, IReadOnlyList<MyTeamBody> Teams);

/// <summary>A team of yours.</summary>
/// <param name="Name">The team.</param>
/// <param name="Title">Its title.</param>
/// <param name="Role"><c>owner</c> or <c>developer</c>.</param>
public sealed record MyTeamBody(string Name, string Title, string Role);

/// <summary>Makes a personal access token.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Days">How long it works: 1 to 366 days, or what the operators allow; 90 when left out.</param>
/// <param name="Scopes">What it may be used for: <c>read</c>, <c>publish</c>, <c>request</c>, <c>decide</c>, <c>administer</c>, <c>account</c>. Only <c>read</c> when left out.</param>
public sealed record NewAccessTokenBody(string Name, int Days = 90, IReadOnlyList<string>? Scopes = null);

/// <summary>A new personal access token: this is the only time that it is shown.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Token">Send it as <c>Authorization: Bearer</c>.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="ExpiresAt">When it stops working; a token made with another lives no longer than that.</param>
public sealed record CreatedAccessTokenBody(Guid Id, string Token, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt);

/// <summary>A personal access token, without what is secret.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Hint">Its last four characters.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working.</param>
/// <param name="LastUsedAt">When it was last used, as of some seconds ago.</param>
/// <param name="RevokedAt">When it was revoked.</param>
public sealed record AccessTokenBody(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt);

/// <summary>Makes a team.</summary>
/// <param name="Name">The slug in addresses and manifests.</param>
/// <param name="Title">Its title.</param>
/// <param name="Owner">User name of its first owner, who then adds the others.</param>
public sealed record NewTeamBody(string Name, string Title, string Owner);

/// <summary>A team in a list.</summary>
/// <param name="Name">The slug in addresses and manifests.</param>
/// <param name="Title">Its title.</param>
/// <param name="Members">How many people.</param>
/// <param name="Apis">How many APIs it owns.</param>
/// <param name="Applications">How many applications it owns.</param>
public sealed record TeamSummaryBody(string Name, string Title, int Members, int Apis, int Applications);

/// <summary>A team and its people.</summary>
/// <param name="Name">The slug in addresses and manifests.</param>
/// <param name="Title">Its title.</param>
/// <param name="Members">Its people.</param>
public sealed record TeamBody(string Name, string Title, IReadOnlyList<MemberBody> Members);

/// <summary>A person in a team.</summary>
/// <param name="UserName">The name they sign in with.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Role"><c>owner</c> or <c>developer</c>: the stronger of the two that follow.</param>
/// <param name="ByHand">What people gave, if anything.</param>
/// <param name="ByGroup">What a group of the company's identity provider gives, if anything.</param>
public sealed record MemberBody(string UserName, string DisplayName, string Role, string? ByHand, string? ByGroup);

/// <summary>A person's role in a team.</summary>
/// <param name="Role"><c>owner</c> or <c>developer</c>.</param>
public sealed record MembershipBody(string Role);

/// <summary>A person.</summary>
/// <param name="UserName">The name they sign in with.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Email">Where to write to them.</param>
/// <param name="PlatformRole"><c>administrator</c>, <c>security_officer</c> or <c>auditor</c>; null for most.</param>
/// <param name="DisabledAt">Since when they cannot sign in.</param>
/// <param name="Teams">Titles of their teams.</param>
public sealed record PersonBody(
    string UserName, string DisplayName, string? Email, string? PlatformRole, DateTimeOffset? DisabledAt, IReadOnlyList<string> Teams);

/// <summary>Makes a local account.</summary>
/// <param name="UserName">The name they sign in with.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Password">At least 12 characters.</param>
/// <param name="Email">Where to write to them.</param>
/// <param name="PlatformRole"><c>administrator</c>, <c>security_officer</c> or <c>auditor</c>; null for most.</param>
public sealed record NewPersonBody(string UserName, string DisplayName, string Password, string? Email = null, string? PlatformRole = null);
