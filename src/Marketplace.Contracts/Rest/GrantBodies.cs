namespace Marketplace.Contracts.Rest;

/// <summary>One application may call one endpoint in one environment.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="State"><c>active</c>, <c>expired</c>, <c>revoked</c>, <c>superseded</c> or <c>retired</c>.</param>
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
/// <param name="GrantedBy">Who approved.</param>
/// <param name="EndedAt">When it was ended before its time.</param>
/// <param name="EndedBy">By whom.</param>
/// <param name="EndReason">Why.</param>
/// <param name="LastUsedAt">The minute of the last call that it allowed; null where no data plane told of one.</param>
/// <param name="CallsIn30Days">Calls that it allowed in the last 30 days, as far as data planes told.</param>
public sealed record GrantBody(
    Guid Id, string State, string Application, string ApplicationName, string Team, string Api, string Version, string Environment,
    string Operation, string Method, string Path, long Request, DateTimeOffset From, DateTimeOffset Until, string GrantedBy,
    DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, DateTimeOffset? LastUsedAt, long CallsIn30Days);

/// <summary>Ends a grant now.</summary>
/// <param name="Reason">Why, for the team that loses access.</param>
public sealed record NewRevocationBody(string Reason);

/// <summary>What a revocation did.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Revision">The policy revision from which data planes refuse.</param>
public sealed record RevokedBody(Guid Id, long Revision);
