namespace Marketplace.Contracts.Rest;

/// <summary>
/// Asks for chosen endpoints in one environment, of one API version or of several as one request: <c>items</c> for any
/// number of them, or <c>api</c>, <c>version</c> and <c>operations</c> for one. Each API's owners decide their own.
/// </summary>
/// <param name="Application">Client id of an application of your team.</param>
/// <param name="Environment"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="Justification">Why, for the owners who decide.</param>
/// <param name="Until">When access ends.</param>
/// <param name="Items">The endpoints, by API version.</param>
/// <param name="Api">The one API, such as <c>payments</c>, in place of <c>items</c>.</param>
/// <param name="Version">Its version, such as <c>v1</c>.</param>
/// <param name="Operations">Keys of its endpoints.</param>
/// <param name="Plan">Under which of its plans; left out, its default.</param>
public sealed record NewAccessRequestBody(
    string Application, string Environment, string Justification, DateTimeOffset Until, IReadOnlyList<RequestedEndpointsBody>? Items = null,
    string? Api = null, string? Version = null, IReadOnlyList<string>? Operations = null, string? Plan = null);

/// <summary>Endpoints of one API version.</summary>
/// <param name="Api">Such as <c>payments</c>.</param>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Operations">Keys of the endpoints.</param>
/// <param name="Plan">Under which of the API's plans; left out, its default.</param>
public sealed record RequestedEndpointsBody(string Api, string Version, IReadOnlyList<string> Operations, string? Plan = null);

/// <summary>An access request and where it stands.</summary>
/// <param name="Number">What people call it.</param>
/// <param name="Status"><c>pending</c>, <c>decided</c> or <c>withdrawn</c>.</param>
/// <param name="Application">Client id of the application that asks.</param>
/// <param name="ApplicationName">Its name.</param>
/// <param name="Team">The team that asks.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Justification">Why.</param>
/// <param name="Until">When access ends.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="Deciders">The people who must act while it is pending.</param>
/// <param name="Lines">Where it stands at each API version asked for.</param>
/// <param name="Operations">Each endpoint and its decision.</param>
public sealed record AccessRequestBody(
    long Number, string Status, string Application, string ApplicationName, string Team, string Environment,
    string Justification, DateTimeOffset Until, string RequestedBy, DateTimeOffset RequestedAt,
    IReadOnlyList<string> Deciders, IReadOnlyList<RequestedLineBody> Lines, IReadOnlyList<RequestedOperationBody> Operations);

/// <summary>What is asked of one API version.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Team">The team whose owners decide.</param>
/// <param name="Operations">How many endpoints.</param>
/// <param name="Approved">How many of them were approved.</param>
/// <param name="Denied">How many were denied.</param>
/// <param name="Deciders">Who must act there; nobody where all is decided, and in lists.</param>
public sealed record RequestedLineBody(
    string Api, string Version, string Team, int Operations, int Approved, int Denied, IReadOnlyList<string> Deciders);

/// <summary>One endpoint of a request.</summary>
/// <param name="Api">Its API.</param>
/// <param name="Version">Its API's version.</param>
/// <param name="Operation">Its key.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Summary">From the document.</param>
/// <param name="Decision"><c>pending</c>, <c>approved</c> or <c>denied</c>.</param>
/// <param name="Reason">The decider's words.</param>
/// <param name="DecidedBy">Who decided.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Plan">What its grant may spend; null: nothing limits it.</param>
/// <param name="Because">By which rule of which approval policy it goes to its approvers.</param>
/// <param name="Approvals">Each word that it needs; none when the policy approved by itself.</param>
public sealed record RequestedOperationBody(
    string Api, string Version, string Operation, string Method, string Path, string Summary, string Decision, string? Reason, string? DecidedBy,
    DateTimeOffset? DecidedAt, GrantPlanBody? Plan, string? Because, IReadOnlyList<ApprovalBody> Approvals);

/// <summary>An access request in a list.</summary>
/// <param name="Number">What people call it.</param>
/// <param name="Status"><c>pending</c>, <c>decided</c> or <c>withdrawn</c>.</param>
/// <param name="Application">Client id of the application that asks.</param>
/// <param name="ApplicationName">Its name.</param>
/// <param name="Team">The team that asks.</param>
/// <param name="Environment">The environment.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="Until">When access ends.</param>
/// <param name="Operations">How many endpoints.</param>
/// <param name="Approved">How many of them were approved.</param>
/// <param name="Denied">How many were denied.</param>
/// <param name="Lines">The same by API version.</param>
public sealed record AccessRequestSummaryBody(
    long Number, string Status, string Application, string ApplicationName, string Team, string Environment,
    string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset Until, int Operations, int Approved, int Denied,
    IReadOnlyList<RequestedLineBody> Lines);

/// <summary>Decides endpoints of a request; those left out stay pending.</summary>
/// <param name="Decisions">One per endpoint of the APIs that you own.</param>
public sealed record NewDecisionsBody(IReadOnlyList<NewDecisionBody> Decisions);

/// <summary>One decision.</summary>
/// <param name="Operation">Key of the endpoint.</param>
/// <param name="Approve">True makes a grant.</param>
/// <param name="Reason">Needed to deny.</param>
/// <param name="Api">Its API, with <c>version</c>; needed where you decide endpoints of that key for several.</param>
/// <param name="Version">Its API's version.</param>
public sealed record NewDecisionBody(string Operation, bool Approve, string? Reason = null, string? Api = null, string? Version = null);

/// <summary>What a decision did.</summary>
/// <param name="Number">The request.</param>
/// <param name="Approved">Endpoints granted now.</param>
/// <param name="Denied">Endpoints denied now.</param>
/// <param name="Pending">Endpoints still to decide, by whomever.</param>
/// <param name="Revision">The policy revision that carries the grants.</param>
/// <param name="Given">Approved, and waiting for somebody else's approval, too.</param>
public sealed record DecidedBody(long Number, int Approved, int Denied, int Pending, long? Revision, int Given);

/// <summary>A word that an endpoint needs.</summary>
/// <param name="Role"><c>owner</c>, <c>security_officer</c> or <c>platform</c>.</param>
/// <param name="Decision"><c>pending</c>, <c>approved</c> or <c>denied</c>.</param>
/// <param name="By">Who gave it.</param>
/// <param name="OnBehalfOf">Who was away.</param>
/// <param name="Reason">In their words.</param>
/// <param name="At">When.</param>
public sealed record ApprovalBody(string Role, string Decision, string? By, string? OnBehalfOf, string? Reason, DateTimeOffset? At);
