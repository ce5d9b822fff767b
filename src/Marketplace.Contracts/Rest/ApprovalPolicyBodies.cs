namespace Marketplace.Contracts.Rest;

/// <summary>A text to be checked; nothing is kept.</summary>
/// <param name="Text">The policy.</param>
public sealed record CheckApprovalPolicyBody(string Text);

/// <summary>Writes a new version of the approval policy.</summary>
/// <param name="Text">The policy.</param>
/// <param name="Note">What changes and why.</param>
/// <param name="BasedOn">The newest version that you have seen; if another is newest by now, nothing is written (409).</param>
public sealed record NewApprovalPolicyBody(string Text, string Note, int? BasedOn = null);

/// <summary>Puts a version of the approval policy into effect.</summary>
/// <param name="Reason">Why.</param>
public sealed record ApprovalPolicyEffectBody(string Reason);

/// <summary>What is wrong in a policy's text, or may be.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What it is, and what to write instead.</param>
public sealed record PolicyFaultBody(int Line, int Column, string Message);

/// <summary>A case that stands beside the rules.</summary>
/// <param name="Name">What it claims.</param>
/// <param name="Line">Where it stands.</param>
/// <param name="Expected">Who must approve.</param>
/// <param name="Holds">It does.</param>
/// <param name="Why">A request that goes another way; null when it holds.</param>
public sealed record PolicyCaseBody(string Name, int Line, string Expected, bool Holds, string? Why);

/// <summary>Which rule decides, and who approves by it.</summary>
/// <param name="Rule">Null when none fits.</param>
/// <param name="Approvers">As the policy writes them.</param>
public sealed record RoutedByBody(string? Rule, string Approvers);

/// <summary>Endpoints that go another way.</summary>
/// <param name="From">By the policy in effect.</param>
/// <param name="To">By the one that was tried.</param>
/// <param name="Change"><c>stricter</c>, <c>looser</c> or <c>other</c>.</param>
/// <param name="Requests">Of so many requests.</param>
/// <param name="Endpoints">How many.</param>
public sealed record RoutingChangeBody(RoutedByBody From, RoutedByBody To, string Change, int Requests, int Endpoints);

/// <summary>A request of which endpoints go another way.</summary>
/// <param name="Request">Its number.</param>
/// <param name="Application">Client id of the application that asked.</param>
/// <param name="Environment">Where.</param>
/// <param name="Api">The API asked for.</param>
/// <param name="Version">Its version.</param>
/// <param name="Endpoint">One of them.</param>
/// <param name="Endpoints">How many.</param>
/// <param name="From">By the policy in effect.</param>
/// <param name="To">By the one that was tried.</param>
/// <param name="Change"><c>stricter</c>, <c>looser</c> or <c>other</c>.</param>
public sealed record ChangedRequestBody(
    long Request, string Application, string Environment, string Api, string Version, string Endpoint, int Endpoints, RoutedByBody From, RoutedByBody To, string Change);

/// <summary>What may be taken in an incident without approval, where two policies differ.</summary>
/// <param name="Classification">Of the API's data.</param>
/// <param name="Environment">Where.</param>
/// <param name="From">Hours by the policy in effect; null where nobody may take it.</param>
/// <param name="To">Hours by the one that was tried.</param>
/// <param name="Change"><c>stricter</c> or <c>looser</c>.</param>
public sealed record EmergencyChangeBody(string Classification, string Environment, int? From, int? To, string Change);

/// <summary>Last month's requests through a policy, compared with the one in effect.</summary>
/// <param name="Against">The policy in effect.</param>
/// <param name="Since">The oldest request's earliest moment.</param>
/// <param name="Requests">How many were replayed.</param>
/// <param name="Endpoints">With so many endpoints.</param>
/// <param name="Changed">Endpoints that go another way.</param>
/// <param name="Stricter">Of which need more approvers.</param>
/// <param name="Looser">Of which need fewer.</param>
/// <param name="Changes">By which rules, most endpoints first.</param>
/// <param name="List">The newest requests first, at most a thousand.</param>
/// <param name="Emergencies">What may be taken in an incident, where that differs.</param>
public sealed record DryRunBody(
    int Against, DateTimeOffset Since, int Requests, int Endpoints, int Changed, int Stricter, int Looser,
    IReadOnlyList<RoutingChangeBody> Changes, IReadOnlyList<ChangedRequestBody> List, IReadOnlyList<EmergencyChangeBody> Emergencies);

/// <summary>What speaks for a text and against it.</summary>
/// <param name="MayTakeEffect">It can be read, no rule is of no use, and every case holds.</param>
/// <param name="Faults">Why not, besides cases that fail.</param>
/// <param name="Cases">Each case and its result.</param>
/// <param name="Hints">What its author may have overlooked.</param>
/// <param name="DryRun">Null when it cannot be read.</param>
public sealed record CheckedApprovalPolicyBody(
    bool MayTakeEffect, IReadOnlyList<PolicyFaultBody> Faults, IReadOnlyList<PolicyCaseBody> Cases, IReadOnlyList<PolicyFaultBody> Hints, DryRunBody? DryRun);

/// <summary>A version of the approval policy in a list.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Note">Why it was written.</param>
/// <param name="WrittenBy">Null for the one that the marketplace brings.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="InEffect">It decides now.</param>
/// <param name="LastPutAt">When it was last put into effect.</param>
/// <param name="LastPutBy">By whom.</param>
public sealed record ApprovalPolicySummaryBody(
    int Number, string Note, string? WrittenBy, DateTimeOffset WrittenAt, bool InEffect, DateTimeOffset? LastPutAt, string? LastPutBy);

/// <summary>A version of the approval policy.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Note">Why it was written.</param>
/// <param name="WrittenBy">Null for the one that the marketplace brings.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="InEffect">It decides now.</param>
/// <param name="LastPutAt">When it was last put into effect.</param>
/// <param name="LastPutBy">By whom.</param>
/// <param name="Text">The policy.</param>
/// <param name="MayTakeEffect">No rule is of no use, and every case holds.</param>
/// <param name="Faults">Why not, besides cases that fail.</param>
/// <param name="Cases">Each case and its result.</param>
/// <param name="Hints">What its author may have overlooked.</param>
public sealed record ApprovalPolicyBody(
    int Number, string Note, string? WrittenBy, DateTimeOffset WrittenAt, bool InEffect, DateTimeOffset? LastPutAt, string? LastPutBy, string Text,
    bool MayTakeEffect, IReadOnlyList<PolicyFaultBody> Faults, IReadOnlyList<PolicyCaseBody> Cases, IReadOnlyList<PolicyFaultBody> Hints);
