namespace Marketplace.Contracts.Rest;

/// <summary>Which grants a campaign asks about; what is left out is open.</summary>
/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one version of it.</param>
/// <param name="ApiTeam">Of one team's APIs.</param>
/// <param name="Application">Of one application, by its client id.</param>
/// <param name="ApplicationTeam">Of one team's applications.</param>
/// <param name="Classification"><c>public</c>, <c>internal</c>, <c>confidential</c> or <c>restricted</c>.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
public sealed record CampaignScopeBody(
    string? Api = null, string? Version = null, string? ApiTeam = null, string? Application = null, string? ApplicationTeam = null, string? Classification = null,
    string? Environment = null);

/// <summary>Opens a campaign.</summary>
/// <param name="Name">What people call it, at most 120 characters.</param>
/// <param name="Scope">What it asks about; owners name an API or a team of theirs.</param>
/// <param name="Due">When every answer should be there, 1 to 180 days ahead.</param>
/// <param name="Reviewers"><c>owner</c>: the owners of each API; or <c>security_officer</c>.</param>
public sealed record NewCampaignBody(string Name, CampaignScopeBody Scope, DateTimeOffset Due, string Reviewers = "owner");

/// <summary>A campaign and how far it is; for owners, the part about their own APIs.</summary>
/// <param name="Number">What it is called by.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State"><c>gathering</c> while it is put together, then <c>open</c>, and <c>closed</c>.</param>
/// <param name="Scope">What it asks about.</param>
/// <param name="Reviewers"><c>owner</c> or <c>security_officer</c>.</param>
/// <param name="OpenedBy">Who opened it.</param>
/// <param name="OpenedAt">When.</param>
/// <param name="DueAt">When every answer should be there.</param>
/// <param name="EscalatedAt">When the security officers were told that it is overdue.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="ClosedBy">By whom.</param>
/// <param name="CloseReason">Why, where something had no answer.</param>
/// <param name="Unanswered">How many grants had no answer when it was closed.</param>
/// <param name="Grants">How many it asks about.</param>
/// <param name="Open">How many have no answer.</param>
public sealed record CampaignBody(
    long Number, string Name, string State, CampaignScopeBody Scope, string Reviewers, string OpenedBy, DateTimeOffset OpenedAt, DateTimeOffset DueAt,
    DateTimeOffset? EscalatedAt, DateTimeOffset? ClosedAt, string? ClosedBy, string? CloseReason, int? Unanswered, int Grants, int Open);

/// <summary>A grant that a campaign asks about, as it was known when the campaign was opened.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Application">Client id.</param>
/// <param name="ApplicationName">What people call it.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Operation">Key of the endpoint.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Use"><c>never</c>, <c>unused</c> (not for 90 days), <c>unknown</c>, <c>new</c> (held for less than 90 days, not used yet), <c>seldom</c> (not for 30 days) or <c>used</c>.</param>
/// <param name="LastUsedAt">The minute of its last call that data planes told of.</param>
/// <param name="UsedSince">When it was used last, if that was after the campaign was opened.</param>
/// <param name="CallsIn30Days">Calls that it allowed in the 30 days before.</param>
/// <param name="CallsIn90Days">In the 90 days before.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="Request">The number of the request.</param>
/// <param name="GrantedBy">Everybody who approved, or the rule of the approval policy that did.</param>
/// <param name="GrantedAt">When it was granted.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Answer"><c>kept</c>, <c>shortened</c>, <c>revoked</c>, <c>ended</c> (elsewhere), or null.</param>
/// <param name="ByUse">Answered with <c>keep_used</c>.</param>
/// <param name="ShortenedTo">The day that it was shortened to.</param>
/// <param name="Reason">Why.</param>
/// <param name="AnsweredBy">Who answered.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="MayAnswer">You may answer it.</param>
/// <param name="Suspended">Calls are refused at this moment.</param>
public sealed record CampaignItemBody(
    Guid Grant, string Application, string ApplicationName, string Team, string Api, string Version, string Environment, string Operation, string Method, string Path,
    string Use, DateTimeOffset? LastUsedAt, DateTimeOffset? UsedSince, long CallsIn30Days, long CallsIn90Days, string? RequestedBy, long? Request, string GrantedBy,
    DateTimeOffset GrantedAt, DateTimeOffset Until, string? Answer, bool ByUse, DateTimeOffset? ShortenedTo, string? Reason, string? AnsweredBy, DateTimeOffset? AnsweredAt,
    bool MayAnswer, bool Suspended);

/// <summary>Answers grants of a campaign, at most 1,000 at once.</summary>
/// <param name="Grants">Which.</param>
/// <param name="Action"><c>keep</c>; <c>keep_used</c>: keep what was used in 90 days, revoke what is known not to be; <c>shorten</c>; <c>revoke</c>; <c>reopen</c>: take back a <c>keep</c>.</param>
/// <param name="Until">For <c>shorten</c>: when they end.</param>
/// <param name="Reason">Needed where something is taken away.</param>
public sealed record NewCampaignAnswersBody(IReadOnlyList<Guid> Grants, string Action, DateTimeOffset? Until = null, string? Reason = null);

/// <param name="Kept">How many stay as they are.</param>
/// <param name="Shortened">How many end earlier.</param>
/// <param name="Revoked">How many ended.</param>
/// <param name="Reopened">How many are open again.</param>
/// <param name="Revision">The policy revision from which data planes know; null where nothing was taken away.</param>
/// <param name="NotAnswered">What was left out, and why.</param>
public sealed record CampaignAnsweredBody(int Kept, int Shortened, int Revoked, int Reopened, long? Revision, IReadOnlyList<ProblemError> NotAnswered);

/// <summary>Closes a campaign.</summary>
/// <param name="Reason">Needed while grants have no answer.</param>
public sealed record NewCampaignClosureBody(string? Reason = null);

/// <param name="Number">What it is called by.</param>
/// <param name="Unanswered">How many grants nobody answered; they stand as they are.</param>
public sealed record CampaignClosedBody(long Number, int Unanswered);

/// <summary>Evidence that was exported: whoever shows the file proves it with this hash.</summary>
/// <param name="AuditEvent">The event of the audit chain that has the hash.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Format"><c>csv</c> or <c>jsonl</c>.</param>
/// <param name="Grants">How many grants it has.</param>
/// <param name="Sha256">In hexadecimal.</param>
public sealed record CampaignExportBody(long AuditEvent, DateTimeOffset At, string By, string Format, int Grants, string Sha256);

/// <summary>What an application holds of a version in one environment and does not use.</summary>
/// <param name="Application">Client id.</param>
/// <param name="ApplicationName">What people call it.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Endpoints">How many it held for 90 days and was not seen to call; with <c>unknown=true</c>, how many nobody knows about.</param>
/// <param name="Held">Of how many.</param>
/// <param name="LastUsedAt">When one of these was called last; null for never.</param>
/// <param name="ToldSince">Since when data planes tell of the calls; null where none does.</param>
/// <param name="Asked">The narrowing request that waits for an answer.</param>
/// <param name="KeptBecause">What the team said when it was last asked and kept them.</param>
public sealed record UnusedGrantsBody(
    string Application, string ApplicationName, string Team, string Api, string Version, string Environment, int Endpoints, int Held, DateTimeOffset? LastUsedAt,
    DateTimeOffset? ToldSince, long? Asked, string? KeptBecause);

/// <summary>An endpoint that is held and not used.</summary>
public sealed record UnusedEndpointBody(Guid Grant, string Operation, string Method, string Path, DateTimeOffset GrantedAt, DateTimeOffset Until, DateTimeOffset? LastUsedAt);

/// <summary>One application's access to one version in one environment.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
public sealed record NewNarrowingBody(string Application, string Api, string Version, string Environment);

/// <summary>Ends what is not used, with notice.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Days">7 to 90.</param>
/// <param name="Reason">Why, for the team that loses access.</param>
public sealed record NewNoticeBody(string Application, string Api, string Version, string Environment, int Days, string Reason);

/// <param name="Endpoints">How many endpoints.</param>
/// <param name="Ends">When they end.</param>
/// <param name="Revision">The policy revision from which data planes know.</param>
public sealed record NarrowedBody(int Endpoints, DateTimeOffset Ends, long Revision);

/// <summary>An application's team is asked to give up what it does not call.</summary>
/// <param name="Number">What it is called by.</param>
/// <param name="Application">Client id.</param>
/// <param name="ApplicationName">What people call it.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Endpoints">How many endpoints.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Answer"><c>given_up</c>, <c>kept</c>, or null.</param>
/// <param name="AnsweredBy">Who answered.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="Reason">Why.</param>
public sealed record NarrowingBody(
    long Number, string Application, string ApplicationName, string Team, string Api, string Version, string Environment, int Endpoints, string AskedBy, DateTimeOffset AskedAt,
    string? Answer, string? AnsweredBy, DateTimeOffset? AnsweredAt, string? Reason);

/// <summary>Answers a narrowing request.</summary>
/// <param name="GiveUp">Give the endpoints up; else they are kept.</param>
/// <param name="Reason">Needed to keep them.</param>
public sealed record NewNarrowingAnswerBody(bool GiveUp, string? Reason = null);

/// <param name="Number">What it is called by.</param>
/// <param name="Endpoints">How many were given up.</param>
/// <param name="Revision">The policy revision from which data planes know; null where nothing changed.</param>
public sealed record NarrowingAnsweredBody(long Number, int Endpoints, long? Revision);
