namespace Marketplace.Contracts.Rest;

/// <summary>Takes access in an incident.</summary>
/// <param name="Application">Client id of an application of your team.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Operations">Keys of the endpoints, at most 50.</param>
/// <param name="Incident">Under what the incident is known.</param>
/// <param name="Reason">Why it cannot wait.</param>
/// <param name="Hours">How long; null for as long as the approval policy permits.</param>
public sealed record NewEmergencyBody(
    string Application, string Api, string Version, string Environment, IReadOnlyList<string> Operations, string Incident, string Reason, int? Hours = null);

/// <summary>Access was taken.</summary>
/// <param name="Number">What the emergency is called.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Revision">The policy revision from which data planes let calls through.</param>
public sealed record TakenEmergencyBody(long Number, DateTimeOffset Until, long Revision);

/// <summary>Access that was taken in an incident.</summary>
/// <param name="Number">What it is called.</param>
/// <param name="State"><c>open</c>, <c>unreviewed</c>, <c>justified</c> or <c>not_justified</c>.</param>
/// <param name="Application">Client id.</param>
/// <param name="ApplicationName">Its name.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Endpoints">How many endpoints.</param>
/// <param name="Incident">Under what the incident is known.</param>
/// <param name="Reason">Why it could not wait.</param>
/// <param name="TakenBy">Who took it.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="EndedAt">When somebody ended it before.</param>
/// <param name="EndedBy">Who did.</param>
/// <param name="EndReason">Why.</param>
/// <param name="Review">What was found afterwards.</param>
/// <param name="ReviewedBy">Who reviewed it.</param>
/// <param name="ReviewedAt">When.</param>
/// <param name="Request">The number of the request that stands for it.</param>
/// <param name="Policy">The approval policy that permits it.</param>
/// <param name="Sentence">Its sentence.</param>
public sealed record EmergencyBody(
    long Number, string State, string Application, string ApplicationName, string Team, string Api, string Version, string Environment, int Endpoints, string Incident, string Reason,
    string TakenBy, DateTimeOffset TakenAt, DateTimeOffset Until, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, string? Review, string? ReviewedBy,
    DateTimeOffset? ReviewedAt, long Request, int Policy, string Sentence);

/// <summary>An endpoint that was taken.</summary>
/// <param name="Grant">Its grant.</param>
/// <param name="Operation">Key of the endpoint.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="State">As of a grant.</param>
/// <param name="EndedAt">When it was ended before its time.</param>
/// <param name="LastUsedAt">The minute of the last call; null where no data plane told of one.</param>
/// <param name="CallsIn30Days">Calls in the last 30 days.</param>
public sealed record EmergencyEndpointBody(
    Guid Grant, string Operation, string Method, string Path, string State, DateTimeOffset? EndedAt, DateTimeOffset? LastUsedAt, long CallsIn30Days);

/// <summary>An emergency, with what was taken.</summary>
/// <param name="Emergency">The emergency.</param>
/// <param name="MayEnd">You may end it now.</param>
/// <param name="MayReview">You may review it now.</param>
/// <param name="Operations">What was taken.</param>
public sealed record EmergencyDetailsBody(EmergencyBody Emergency, bool MayEnd, bool MayReview, IReadOnlyList<EmergencyEndpointBody> Operations);

/// <summary>Ends an emergency.</summary>
/// <param name="Reason">Why, for the team that loses access and for the review.</param>
public sealed record EndEmergencyBody(string Reason);

/// <summary>An emergency was ended.</summary>
/// <param name="Number">What it is called.</param>
/// <param name="Revision">The policy revision from which data planes refuse.</param>
public sealed record EndedEmergencyBody(long Number, long Revision);

/// <summary>What was found of an emergency.</summary>
/// <param name="Outcome"><c>justified</c> or <c>not_justified</c>.</param>
/// <param name="Text">Why.</param>
public sealed record EmergencyReviewBody(string Outcome, string Text);

/// <summary>What may be taken of an API in an incident.</summary>
/// <param name="Policy">The approval policy that says so; null where none is in effect.</param>
/// <param name="Environments">By environment.</param>
public sealed record EmergencyTermsBody(int? Policy, IReadOnlyList<EmergencyTermBody> Environments);

/// <summary>What may be taken in one environment.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Hours">For so many hours at most; null where nobody takes anything.</param>
/// <param name="Sentence">The policy's sentence.</param>
public sealed record EmergencyTermBody(string Environment, int? Hours, string? Sentence);
