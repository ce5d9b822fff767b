namespace Marketplace.Contracts.Rest;

/// <summary>Deletes an application for good.</summary>
/// <param name="Name">Its name, to say that this one is meant.</param>
/// <param name="Reason">Why, for the owners of what it calls.</param>
public sealed record NewDeletionBody(string Name, string Reason);

/// <summary>What deleting an application would cut off.</summary>
/// <param name="ClientId">Its client id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Grants">How many grants would end.</param>
/// <param name="CallsIn30Days">Its calls in the last 30 days, as far as data planes told.</param>
/// <param name="LastUsedAt">The last of them.</param>
/// <param name="Credentials">How many credentials would be revoked.</param>
/// <param name="PendingRequests">How many requests would be withdrawn.</param>
/// <param name="Instances">How many instances callers would find no more.</param>
/// <param name="DataPlanes">How many gateways and services pull policies with it and would learn of no change any more.</param>
/// <param name="Told">Teams whose owners are told.</param>
/// <param name="Apis">By API version and environment; the first 50.</param>
public sealed record DeletionBody(
    string ClientId, string Name, int Grants, long CallsIn30Days, DateTimeOffset? LastUsedAt, int Credentials, int PendingRequests, int Instances, int DataPlanes,
    IReadOnlyList<string> Told, IReadOnlyList<CutOffBody> Apis);

/// <summary>What it may call at one API version.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Grants">How many endpoints.</param>
/// <param name="LastUsedAt">The last call.</param>
/// <param name="CallsIn30Days">Calls in the last 30 days.</param>
public sealed record CutOffBody(string Api, string Version, string Environment, int Grants, DateTimeOffset? LastUsedAt, long CallsIn30Days);

/// <summary>How far the newest change of an application has got.</summary>
/// <param name="ClientId">Its client id.</param>
/// <param name="DisabledAt">Since when it is stopped; null where it is not.</param>
/// <param name="Revision">The policy revision of the newest change.</param>
/// <param name="Instances">How many instances callers find.</param>
/// <param name="Apis">By API version and environment.</param>
public sealed record ApplicationReachBody(string ClientId, DateTimeOffset? DisabledAt, long? Revision, int Instances, IReadOnlyList<LineReachBody> Apis);

/// <summary>How far it has got at one API version.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Grants">How many endpoints it may call there.</param>
/// <param name="DataPlanes">How many data planes live there.</param>
/// <param name="Enforced">How many of them enforce the change.</param>
/// <param name="LetsThrough">Shadow mode refuses nobody there.</param>
public sealed record LineReachBody(string Api, string Version, string Environment, int Grants, int DataPlanes, int Enforced, bool LetsThrough);

/// <summary>To whom an application is offered.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Team">The team that has it.</param>
/// <param name="OfferedTo">The team that may take it; null when it is offered to nobody.</param>
/// <param name="OfferedBy">Who offered it.</param>
/// <param name="OfferedAt">When.</param>
/// <param name="Note">For its owners.</param>
public sealed record ApplicationTransferBody(string Application, string Team, string? OfferedTo, string? OfferedBy, DateTimeOffset? OfferedAt, string? Note);
