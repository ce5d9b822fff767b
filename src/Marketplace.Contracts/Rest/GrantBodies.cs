namespace Marketplace.Contracts.Rest;

/// <summary>One application may call one endpoint in one environment.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="State"><c>active</c>, <c>suspended</c>, <c>expired</c>, <c>revoked</c>, <c>superseded</c> or <c>retired</c>.</param>
/// <param name="Application">Client id.</param>
/// <param name="ApplicationName">Its name.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Operation">Key of the endpoint.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Request">Number of the request that it comes from.</param>
/// <param name="From">Valid from.</param>
/// <param name="Until">Valid until.</param>
/// <param name="GrantedBy">Everybody who approved, or the rule of the approval policy that did.</param>
/// <param name="EndedAt">When it was, or will be, ended before its time.</param>
/// <param name="EndedBy">By whom.</param>
/// <param name="EndReason">Why.</param>
/// <param name="LastUsedAt">The minute of the last call that it allowed; null where no data plane told of one.</param>
/// <param name="CallsIn30Days">Calls that it allowed in the last 30 days, as far as data planes told.</param>
/// <param name="ApprovedUntil">The end that was approved, where somebody brought it forward.</param>
/// <param name="Suspension">Null unless it is suspended.</param>
/// <param name="Plan">What it may spend; null: nothing limits it.</param>
/// <param name="Emergency">The emergency that it was taken as; null for an ordinary one.</param>
public sealed record GrantBody(
    Guid Id, string State, string Application, string ApplicationName, string Team, string Api, string Version, string Environment,
    string Operation, string Method, string Path, long Request, DateTimeOffset From, DateTimeOffset Until, string GrantedBy,
    DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, DateTimeOffset? LastUsedAt, long CallsIn30Days,
    DateTimeOffset? ApprovedUntil = null, SuspensionBody? Suspension = null, GrantPlanBody? Plan = null, long? Emergency = null);

/// <summary>Ends a grant now.</summary>
/// <param name="Reason">Why, for the team that loses access.</param>
public sealed record NewRevocationBody(string Reason);

/// <summary>What a revocation did.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Revision">The policy revision from which data planes refuse.</param>
public sealed record RevokedBody(Guid Id, long Revision);

/// <summary>A grant is set aside.</summary>
/// <param name="At">Since when.</param>
/// <param name="Until">When it goes on by itself; null for when somebody resumes it.</param>
/// <param name="By">Who suspended it.</param>
/// <param name="As">As what: <c>team</c>, <c>owner</c> or <c>security_officer</c>; who is less cannot resume it.</param>
/// <param name="Reason">Why.</param>
public sealed record SuspensionBody(DateTimeOffset At, DateTimeOffset? Until, string By, string As, string Reason);

/// <summary>Which grants are meant: those that fit all that is named. Name at least grants, an application, an API or a team.</summary>
/// <param name="Grants">Chosen ones.</param>
/// <param name="Application">Of one application, by its client id.</param>
/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one line of it.</param>
/// <param name="Environment">In one environment.</param>
/// <param name="ApplicationTeam">Of one team's applications.</param>
/// <param name="ApiTeam">Of one team's APIs.</param>
public sealed record GrantScopeBody(
    IReadOnlyList<Guid>? Grants = null, string? Application = null, string? Api = null, string? Version = null, string? Environment = null,
    string? ApplicationTeam = null, string? ApiTeam = null);

/// <summary>What happens to the grants of a scope.</summary>
/// <param name="Scope">Which.</param>
/// <param name="Reason">Why, for both teams.</param>
/// <param name="At">For a revocation: when, null for now. For a suspension: when they go on by themselves, null for when somebody resumes them.</param>
public sealed record NewGrantChangeBody(GrantScopeBody Scope, string Reason, DateTimeOffset? At = null);

/// <summary>What was done.</summary>
/// <param name="Grants">To how many grants.</param>
/// <param name="Applications">Of how many applications.</param>
/// <param name="Revision">The policy revision from which data planes know.</param>
/// <param name="LeftOut">Of a suspension: how many more of the scope stay suspended as they were, for as long already or by somebody who is more. Of a resumption: by somebody who is more.</param>
public sealed record ChangedGrantsBody(int Grants, int Applications, long? Revision, int LeftOut = 0);

/// <summary>What a change would concern.</summary>
/// <param name="Grants">How many stand and are yours to end.</param>
/// <param name="Applications">Of how many applications.</param>
/// <param name="Apis">At how many API versions.</param>
/// <param name="CalledIn24Hours">How many of them were called in the last 24 hours.</param>
/// <param name="Suspended">How many are suspended.</param>
/// <param name="Rows">By application, API version and environment; the first 50.</param>
public sealed record GrantScopeViewBody(int Grants, int Applications, int Apis, int CalledIn24Hours, int Suspended, IReadOnlyList<GrantScopeRowBody> Rows);

/// <summary>A part of what a change would concern.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Grants">How many grants.</param>
/// <param name="CalledIn24Hours">How many of them were called in the last 24 hours.</param>
/// <param name="Suspended">How many are suspended.</param>
public sealed record GrantScopeRowBody(string Application, string Api, string Version, string Environment, int Grants, int CalledIn24Hours, int Suspended);
