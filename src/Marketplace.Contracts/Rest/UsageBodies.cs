namespace Marketplace.Contracts.Rest;

/// <summary>Calls as data planes counted them.</summary>
/// <param name="Over"><c>hour</c>, <c>day</c>, <c>week</c> or <c>month</c> (30 days).</param>
/// <param name="Reported">Some data plane ever reported calls here; without, nothing is known.</param>
/// <param name="All">All calls, and not just those of your own applications.</param>
/// <param name="Calls">In the whole time.</param>
/// <param name="Refused">Of these.</param>
/// <param name="Errors">Served calls that were answered with 5xx.</param>
/// <param name="P50Milliseconds">Half of the served calls took at most so long; null without any.</param>
/// <param name="P95Milliseconds">95 of 100.</param>
/// <param name="Parts">The time in equal parts, oldest first.</param>
/// <param name="Reasons">Why calls were refused.</param>
/// <param name="Callers">The 20 applications that called most; of an application, none.</param>
/// <param name="Operations">The 20 endpoints that were called most.</param>
public sealed record UsageBody(
    string Over, bool Reported, bool All, long Calls, long Refused, long Errors, double? P50Milliseconds, double? P95Milliseconds,
    IReadOnlyList<UsagePartBody> Parts, IReadOnlyList<UsageReasonBody> Reasons, IReadOnlyList<UsageCallerBody> Callers, IReadOnlyList<UsageOperationBody> Operations);

/// <summary>One part of the time.</summary>
/// <param name="Start">When it began.</param>
/// <param name="Served">Calls that were let through.</param>
/// <param name="Refused">Calls that were not.</param>
/// <param name="Errors">Served calls that were answered with 5xx.</param>
/// <param name="P50Milliseconds">Half of the served calls took at most so long; null without any.</param>
/// <param name="P95Milliseconds">95 of 100.</param>
public sealed record UsagePartBody(DateTimeOffset Start, long Served, long Refused, long Errors, double? P50Milliseconds, double? P95Milliseconds);

/// <summary>Calls for which there was one reason to refuse them.</summary>
/// <param name="Reason">A reason code.</param>
/// <param name="Calls">How many.</param>
/// <param name="LetThrough">Of these, those that shadow mode let through.</param>
public sealed record UsageReasonBody(string Reason, long Calls, long LetThrough);

/// <summary>An application that called.</summary>
/// <param name="ClientId">Empty where no good token said one.</param>
/// <param name="Application">Its name.</param>
/// <param name="Team">The title of its team.</param>
/// <param name="Calls">All of them.</param>
/// <param name="Refused">Of these.</param>
/// <param name="Errors">Answered with 5xx.</param>
/// <param name="LastAt">The part of the time that holds the last one.</param>
public sealed record UsageCallerBody(string ClientId, string Application, string? Team, long Calls, long Refused, long Errors, DateTimeOffset LastAt);

/// <summary>An endpoint that was called.</summary>
/// <param name="Api">Its API.</param>
/// <param name="Version">The version.</param>
/// <param name="Environment">Where.</param>
/// <param name="Key">Its stable name; null for calls that no endpoint matched.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Calls">All of them.</param>
/// <param name="Refused">Of these.</param>
/// <param name="NotGranted">Calls for which a grant was missing or had ended.</param>
/// <param name="Errors">Answered with 5xx.</param>
/// <param name="LastAt">The part of the time that holds the last one.</param>
public sealed record UsageOperationBody(
    string Api, string Version, string Environment, string? Key, string? Method, string? Path, long Calls, long Refused, long NotGranted, long Errors,
    DateTimeOffset LastAt);

/// <summary>An endpoint that no call was let through to for 90 days.</summary>
/// <param name="Key">Its stable name.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Applications">How many hold a grant for it all the same.</param>
public sealed record UncalledOperationBody(string Key, string Method, string Path, int Applications);
