using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Map;

/// <param name="Name">Slug or client id; null for others.</param>
/// <param name="Title">What people read.</param>
/// <param name="TeamTitle">The team of an API or an application.</param>
public sealed record MapEntity(MapKind Kind, string? Name, string Title, string? TeamTitle = null);

/// <param name="Id">Unique within the picture.</param>
/// <param name="Column">0 is the start, below are callers, above what is called. Without a start: 0 and 1.</param>
/// <param name="Entity">What stands here.</param>
/// <param name="Within">The node of the team that this one is part of.</param>
/// <param name="Grants">Of its connections in the picture.</param>
/// <param name="MayOpen">It has parts that the reader may see.</param>
/// <param name="IsOpen">They are shown.</param>
public sealed record MapNode(string Id, int Column, MapEntity Entity, string? Within, long Grants, bool MayOpen, bool IsOpen);

/// <param name="From">The node that may call.</param>
/// <param name="To">The node that may be called.</param>
/// <param name="Grants">How many endpoints, counted once for each application and environment.</param>
/// <param name="Use">How many of them were used.</param>
public sealed record MapEdge(string From, string To, long Grants, MapUse Use);

/// <param name="Used">Grants by which a call was allowed in the last 30 days.</param>
/// <param name="Told">Grants of versions whose data planes tell of calls: of the others nobody knows.</param>
public readonly record struct MapUse(long Used, long Told)
{
    public bool IsNever => Used == 0 && Told > 0;
}

/// <summary>One row of the table: the same connections without the picture's limits.</summary>
public sealed record MapConnection(MapEntity From, MapEntity To, int Applications, int Apis, long Grants, MapUse Use);

/// <param name="Start">Null in the overview.</param>
/// <param name="Nodes">From the first column to the last, the strongest first.</param>
/// <param name="Edges">Between nodes of neighbouring columns.</param>
/// <param name="Connections">One page of all.</param>
public sealed record MapView(MapEntity? Start, IReadOnlyList<MapNode> Nodes, IReadOnlyList<MapEdge> Edges, Page<MapConnection> Connections)
{
    /// <summary>The reader may look at the start itself, and not just at where it is named.</summary>
    public bool HasPage { get; init; }
}
