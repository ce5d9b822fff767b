namespace Marketplace.Contracts.Rest;

/// <summary>Whether a version lets through what it would refuse, in one environment, and what the calls of the last 24 hours say.</summary>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="State"><c>enforced</c>; <c>on</c>: everything is let through; <c>asked</c>: it waits for a security officer; <c>over</c>: it ended by itself. But in <c>on</c> the version is enforced.</param>
/// <param name="Until">When it is enforced by itself.</param>
/// <param name="Reason">Why.</param>
/// <param name="AskedBy">Who began it or asked for it.</param>
/// <param name="BeganAt">Since when everything is let through.</param>
/// <param name="AllowedBy">The security officer who allowed what another asked for.</param>
/// <param name="MayChange">You may begin and end it.</param>
/// <param name="NeedsOfficer">A security officer's word is needed to begin it.</param>
/// <param name="Calls">Calls of the last 24 hours that were served.</param>
/// <param name="WouldPass">Of these, in per cent, those that would pass by the grants of now; null when there were none.</param>
/// <param name="ApplicationsCutOff">Applications of which calls would be refused.</param>
/// <param name="CallsRefused">Calls of these applications that would be refused.</param>
/// <param name="CallsWithoutToken">Calls without a good token, which would be refused.</param>
/// <param name="Days">The last 14 days on which there were calls.</param>
public sealed record ShadowModeBody(
    string Environment, string State, DateTimeOffset? Until, string? Reason, string? AskedBy, DateTimeOffset? BeganAt, string? AllowedBy, bool MayChange,
    bool NeedsOfficer, long Calls, double? WouldPass, int ApplicationsCutOff, long CallsRefused, long CallsWithoutToken, IReadOnlyList<ShadowDayBody> Days);

/// <summary>Calls of one day in UTC.</summary>
/// <param name="Day">Its beginning.</param>
/// <param name="Calls">That were served.</param>
/// <param name="Allowed">Of these, those that needed no shadow mode.</param>
public sealed record ShadowDayBody(DateTimeOffset Day, long Calls, long Allowed);

/// <summary>Lets everything through until a day, or names another day.</summary>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Until">At most 30 days ahead; from then on the version is enforced by itself.</param>
/// <param name="Reason">Why, in 10 to 2000 characters.</param>
public sealed record NewShadowModeBody(string Environment, DateTimeOffset Until, string Reason);

/// <summary>An application that would be refused.</summary>
/// <param name="Application">Its client id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Team">Its team.</param>
/// <param name="Calls">Calls that would be refused, since shadow mode began.</param>
/// <param name="Unmatched">Of these, calls that no endpoint matches.</param>
/// <param name="AskedAt">When its team was last asked to request them.</param>
/// <param name="Endpoints">What it calls without a grant.</param>
public sealed record ShadowApplicationBody(
    string Application, string Name, string Team, long Calls, long Unmatched, DateTimeOffset? AskedAt, IReadOnlyList<ShadowCallBody> Endpoints);

/// <summary>Calls of one endpoint that would be refused for one reason.</summary>
/// <param name="Operation">The endpoint's key.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="Calls">Since shadow mode began.</param>
/// <param name="FirstAt">The day of the first one.</param>
/// <param name="LastAt">The hour of the last one.</param>
/// <param name="Request">A request for it that waits for a decision.</param>
public sealed record ShadowCallBody(
    string Operation, string Method, string Path, string Reason, long Calls, DateTimeOffset FirstAt, DateTimeOffset LastAt, long? Request);

/// <summary>Calls of paths that no endpoint matches.</summary>
/// <param name="Method">As called.</param>
/// <param name="Shape">The path, with what looks like an identifier as <c>{id}</c>.</param>
/// <param name="Example">One of the paths.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="Calls">How many.</param>
/// <param name="Paths">How many different paths.</param>
/// <param name="FirstAt">The first one.</param>
/// <param name="LastAt">The last one.</param>
/// <param name="Applications">Client ids, at most five; those without a good token are not known.</param>
/// <param name="Nearest">The key of the endpoint that it is most like.</param>
/// <param name="Difference">What keeps it from being that endpoint, where that is plain.</param>
public sealed record UnmatchedPathBody(
    string Method, string Shape, string Example, string Reason, long Calls, int Paths, DateTimeOffset FirstAt, DateTimeOffset LastAt,
    IReadOnlyList<string> Applications, string? Nearest, string? Difference);

/// <summary>Which teams to ask to request what their applications call.</summary>
/// <param name="Environment">Such as <c>production</c>.</param>
/// <param name="Applications">Client ids; left out: all that would be refused, at most 100.</param>
public sealed record NewShadowAskBody(string Environment, IReadOnlyList<string>? Applications = null);

/// <param name="Applications">How many applications' teams find a filled-in request in their inbox.</param>
public sealed record ShadowAskedBody(int Applications);

/// <summary>Approves what waits for a decision and is called already.</summary>
/// <param name="Environment">Such as <c>production</c>.</param>
public sealed record NewShadowApprovalBody(string Environment);

/// <param name="Requests">Requests of which something was approved.</param>
/// <param name="Endpoints">Endpoints approved.</param>
/// <param name="NotApproved">Why others were not.</param>
public sealed record ShadowApprovedBody(int Requests, int Endpoints, IReadOnlyList<string> NotApproved);

/// <summary>A version that lets everything through, or whose owners ask for it.</summary>
public sealed record ShadowLineBody(
    string Api, string Version, string Environment, string Team, string Classification, string State, DateTimeOffset Until, string Reason, string AskedBy);
