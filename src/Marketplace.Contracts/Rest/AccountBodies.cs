namespace Marketplace.Contracts.Rest;

/// <summary>Where a person is signed in.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="LastSeenAt">When it was last used, as of some seconds ago.</param>
/// <param name="ExpiresAt">When it ends, however much it is used.</param>
/// <param name="Source">From which address it began.</param>
/// <param name="UserAgent">What the browser said that it is.</param>
/// <param name="Company">Whether it began at the company's identity provider.</param>
public sealed record SessionBody(
    Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string Source, string UserAgent, bool Company);

/// <summary>Another password for one's own local account.</summary>
/// <param name="CurrentPassword">The one so far.</param>
/// <param name="NewPassword">12 to 128 characters.</param>
public sealed record ChangePasswordBody(string CurrentPassword, string NewPassword);

/// <summary>Another password for a local account, given by an administrator.</summary>
/// <param name="NewPassword">12 to 128 characters.</param>
public sealed record SetPasswordBody(string NewPassword);

/// <summary>Why an account is closed or opened.</summary>
/// <param name="Reason">3 to 500 characters for the audit trail.</param>
public sealed record AccountReasonBody(string Reason);

/// <summary>A platform role, given by hand.</summary>
/// <param name="PlatformRole"><c>administrator</c>, <c>security_officer</c> or <c>auditor</c>; null takes it away.</param>
public sealed record PlatformRoleBody(string? PlatformRole);

/// <summary>Who a person is at the company's identity provider.</summary>
/// <param name="Subject">The "sub" by which it knows them.</param>
public sealed record LinkBody(string Subject);

/// <summary>An account joined to the company's identity provider.</summary>
/// <param name="Issuer">The identity provider.</param>
/// <param name="Subject">The "sub" by which it knows the person.</param>
/// <param name="Email">As it says.</param>
/// <param name="LinkedAt">Since when.</param>
/// <param name="LastSignInAt">When they last came by it.</param>
/// <param name="Groups">Their groups as of then.</param>
public sealed record IdentityBody(
    string Issuer, string Subject, string? Email, DateTimeOffset LinkedAt, DateTimeOffset? LastSignInAt, IReadOnlyList<string> Groups);

/// <summary>A team of a person.</summary>
/// <param name="Name">The team.</param>
/// <param name="Title">Its title.</param>
/// <param name="Role"><c>owner</c> or <c>developer</c>.</param>
/// <param name="ByGroup">Whether a group gives it.</param>
public sealed record PersonTeamBody(string Name, string Title, string Role, bool ByGroup);

/// <summary>An account with what belongs to it.</summary>
/// <param name="UserName">The name they sign in with.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Email">Where to write to them.</param>
/// <param name="PlatformRole">What counts.</param>
/// <param name="PlatformRoleByHand">What people gave; it goes first.</param>
/// <param name="PlatformRoleByGroup">What a group gives.</param>
/// <param name="HasPassword">Whether there is a password.</param>
/// <param name="DisabledAt">Since when they cannot sign in.</param>
/// <param name="Tokens">How many access tokens work.</param>
/// <param name="Teams">Where they belong.</param>
/// <param name="Identities">Who they are at the company's identity provider.</param>
public sealed record AccountBody(
    string UserName, string DisplayName, string? Email, string? PlatformRole, string? PlatformRoleByHand, string? PlatformRoleByGroup, bool HasPassword,
    DateTimeOffset? DisabledAt, int Tokens, IReadOnlyList<PersonTeamBody> Teams, IReadOnlyList<IdentityBody> Identities);

/// <summary>What a group gives to who is in it: a role in a team, or a platform role.</summary>
/// <param name="Group">As the identity provider writes it, to the letter.</param>
/// <param name="Team">The team's name, with <paramref name="TeamRole"/>.</param>
/// <param name="TeamRole"><c>owner</c> or <c>developer</c>.</param>
/// <param name="PlatformRole">Without a team: <c>administrator</c>, <c>security_officer</c> or <c>auditor</c>.</param>
public sealed record NewGroupMappingBody(string Group, string? Team = null, string? TeamRole = null, string? PlatformRole = null);

/// <summary>What a group gives.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Group">As the identity provider writes it.</param>
/// <param name="Team">The team, if it is one.</param>
/// <param name="TeamRole">The role in it.</param>
/// <param name="PlatformRole">The platform role, if it is one.</param>
/// <param name="CreatedBy">Who said so.</param>
/// <param name="CreatedAt">When.</param>
public sealed record GroupMappingBody(
    Guid Id, string Group, string? Team, string? TeamRole, string? PlatformRole, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>What was added.</summary>
/// <param name="Id">Its identifier.</param>
public sealed record CreatedGroupMappingBody(Guid Id);
