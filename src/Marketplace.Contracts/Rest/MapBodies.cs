namespace Marketplace.Contracts.Rest;

/// <summary>Who may call whom.</summary>
/// <param name="Start">The team, API or application that it is drawn around; null for the strongest connections of all teams.</param>
/// <param name="Nodes">What the picture shows, column by column.</param>
/// <param name="Edges">Who may call whom among the nodes.</param>
/// <param name="Connections">One page of all connections, the strongest first.</param>
public sealed record MapBody(
    MapEntityBody? Start, IReadOnlyList<MapNodeBody> Nodes, IReadOnlyList<MapEdgeBody> Edges, PageBody<MapConnectionBody> Connections);

/// <summary>A team, an API or an application.</summary>
/// <param name="Kind"><c>team</c>, <c>api</c>, <c>application</c>, or <c>others</c> for what is counted and not named.</param>
/// <param name="Name">Slug or client id; null for others.</param>
/// <param name="Title">What people read.</param>
/// <param name="Team">The title of the team of an API or an application.</param>
public sealed record MapEntityBody(string Kind, string? Name, string Title, string? Team);

/// <summary>A place in the picture.</summary>
/// <param name="Id">Unique within this answer.</param>
/// <param name="Column">0 is the start; callers are below, what is called is above. Without a start, callers are 0 and the called ones 1.</param>
/// <param name="Entity">What stands there.</param>
/// <param name="Within">The id of the opened team that it is part of.</param>
/// <param name="Grants">Grants of its connections.</param>
public sealed record MapNodeBody(string Id, int Column, MapEntityBody Entity, string? Within, long Grants);

/// <summary>One node may call another.</summary>
/// <param name="From">The id of the node that may call.</param>
/// <param name="To">The id of the node that may be called.</param>
/// <param name="Grants">How many endpoints, counted once for each application and environment.</param>
/// <param name="UsedGrants">By how many of them a call was allowed in the last 30 days; null where no data plane tells of calls.</param>
public sealed record MapEdgeBody(string From, string To, long Grants, long? UsedGrants);

/// <summary>A connection, whether it is drawn or not.</summary>
/// <param name="From">Who may call.</param>
/// <param name="To">What may be called.</param>
/// <param name="Applications">How many applications call.</param>
/// <param name="Apis">How many APIs are called.</param>
/// <param name="Grants">How many endpoints, counted once for each application and environment.</param>
/// <param name="UsedGrants">By how many of them a call was allowed in the last 30 days; null where no data plane tells of calls.</param>
public sealed record MapConnectionBody(MapEntityBody From, MapEntityBody To, int Applications, int Apis, long Grants, long? UsedGrants);
