namespace Marketplace.Contracts.Rest;

/// <summary>A call of which to tell whether and why it is refused. Of the token nothing is kept.</summary>
/// <param name="Application">Client id; a token says it by itself.</param>
/// <param name="Method">Method of the call.</param>
/// <param name="Path">Path or whole URL of the call.</param>
/// <param name="Operation">The endpoint's key, in place of method and path.</param>
/// <param name="Api">With its version; else the token, the audience, the URL or the application's grants tell.</param>
/// <param name="Version">The version.</param>
/// <param name="Environment">Production where nothing tells.</param>
/// <param name="Audience">In place of API, version and environment.</param>
/// <param name="Token">A token, or the Authorization header's value.</param>
/// <param name="Proven">The proof or certificate that the token is bound to came with the call.</param>
/// <param name="At">When it was called; now by default.</param>
/// <param name="Reason">The reason code that came back.</param>
public sealed record ExplainBody(
    string? Application = null, string? Method = null, string? Path = null, string? Operation = null, string? Api = null, string? Version = null,
    string? Environment = null, string? Audience = null, string? Token = null, bool Proven = false, DateTimeOffset? At = null, string? Reason = null);

/// <summary>The decision about a call and what it rests on.</summary>
/// <param name="Decision"><c>allowed</c>, <c>refused</c> or <c>let_through</c>; null where several versions could have been called.</param>
/// <param name="Reason">The reason code that data planes give; null when allowed.</param>
/// <param name="Status">The HTTP status that goes with it.</param>
/// <param name="Cause">The fact that decides.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Rule">What every data plane holds to, of which that is the case.</param>
/// <param name="At">The time that was asked about.</param>
/// <param name="ReasonNow">The reason code today, where another time was asked about.</param>
/// <param name="ReasonGiven">What the reason means that came back, where it is another one.</param>
/// <param name="Application">Client id of the application.</param>
/// <param name="Line">The version that was called.</param>
/// <param name="Operation">The endpoint that the call means.</param>
/// <param name="Nearest">Published endpoints that it is most like, where it means none.</param>
/// <param name="Grant">The grant that decides.</param>
/// <param name="Plan">Its limits.</param>
/// <param name="PendingRequest">A request for the endpoint that waits.</param>
/// <param name="Token">What the token says.</param>
/// <param name="Reach">How far the deciding change has got.</param>
/// <param name="Advice">What to do, the best first.</param>
/// <param name="Choices">The versions that could have been called: ask again with one of them.</param>
public sealed record ExplanationBody(
    string? Decision, string? Reason, int? Status, string? Cause, string? Detail, string? Rule, DateTimeOffset? At, string? ReasonNow, string? ReasonGiven, string? Application,
    ExplainedLineBody? Line, ExplainedOperationBody? Operation, IReadOnlyList<ExplainedOperationBody> Nearest, GrantBody? Grant, string? Plan, long? PendingRequest,
    ExplainedTokenBody? Token, ExplainedReachBody? Reach, IReadOnlyList<AdviceBody> Advice, IReadOnlyList<ExplainedLineBody> Choices);

/// <summary>A version in an environment.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">The version.</param>
/// <param name="Environment">The environment.</param>
public sealed record ExplainedLineBody(string Api, string Version, string Environment);

/// <summary>An endpoint.</summary>
/// <param name="Key">Its stable name.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path template.</param>
/// <param name="Difference">What differs from the call, where it is a near one.</param>
public sealed record ExplainedOperationBody(string Key, string Method, string Path, string? Difference = null);

/// <summary>What a good token says.</summary>
/// <param name="IssuedAt">When it was issued.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="Revision">The policy revision that it was issued under.</param>
/// <param name="Carries">Whether the endpoint is in it.</param>
public sealed record ExplainedTokenBody(DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt, long? Revision, bool? Carries);

/// <summary>How far a change has got.</summary>
/// <param name="ChangedAt">When it was made.</param>
/// <param name="Revision">Its policy revision.</param>
/// <param name="DataPlanes">Data planes of the version that live.</param>
/// <param name="Enforced">Those that enforce it.</param>
public sealed record ExplainedReachBody(DateTimeOffset ChangedAt, long Revision, int DataPlanes, int Enforced);

/// <summary>Something to do.</summary>
/// <param name="Step">What it is, for programs.</param>
/// <param name="Text">What it is, for people.</param>
/// <param name="Url">Where, in the marketplace.</param>
public sealed record AdviceBody(string Step, string Text, string? Url);
