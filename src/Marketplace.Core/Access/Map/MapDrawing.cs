using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Map;

/// <summary>From counted links to nodes and edges, column by column.</summary>
internal sealed class MapDrawing
{
    private readonly MapEntity _start;
    private readonly bool _startIsOpen;
    private readonly SortedDictionary<int, List<MapNode>> _columns = [];
    private readonly List<MapEdge> _edges = [];

    public MapDrawing(MapEntity start, bool startIsOpen)
    {
        (_start, _startIsOpen) = (start, startIsOpen);
        _columns[0] = [new(Id(0, start.Name), 0, start, null, 0, false, startIsOpen)];
    }

    /// <summary>Callers on the left, what is called on the right; a team that does both stands on both sides.</summary>
    public static MapView Overview(List<ConnectionRow> strongest, Page<MapConnection> page)
    {
        List<MapNode> Side(int column, Func<MapConnection, MapEntity> end) =>
            [.. strongest.Select(r => r.Between(null)).GroupBy(end).Select(g => new MapNode(Id(column, g.Key.Name), column, g.Key, null, g.Sum(c => c.Grants), false, false))];
        return new(
            null, [.. Side(0, c => c.From), .. Side(1, c => c.To)],
            [.. strongest.Select(r => new MapEdge(Id(0, r.Caller), Id(1, r.Called), r.Grants, r.Use))], page);
    }

    public void Add(int column, List<LinkRow> links, int shown)
    {
        var nodes = _columns[column] = [];
        if (_start.Kind is MapKind.Team && links.Exists(l => l.Seen) && Math.Abs(column) == 1)
            _columns[0][0] = _columns[0][0] with { MayOpen = true };
        var anchors = column - Math.Sign(column);
        foreach (var team in links.GroupBy(l => l.Team, StringComparer.Ordinal))
        {
            var id = Id(column, team.Key);
            var isOpen = team.Any(l => l.Part is not null);
            var entity = team.Key is null
                ? new MapEntity(MapKind.Others, null, Words(team.Sum(l => l.Applications), "application") + " of " + Words(team.Max(l => l.Teams), "team"))
                : new MapEntity(MapKind.Team, team.Key, team.First().TeamTitle!);
            nodes.Add(new(id, column, entity, null, team.Sum(l => l.Grants), team.Key is not null && team.Any(l => l.Seen), isOpen));
            foreach (var part in team.GroupBy(l => l.Part, StringComparer.Ordinal).Where(_ => isOpen))
                nodes.Add(PartOf(id, column, entity.Title, part.Key, part.First().PartTitle, part.Sum(l => l.Grants), isCaller: column < 0));
            foreach (var link in team)
                Connect(column, isOpen ? $"{id}/{link.Part}" : id, AnchorOf(anchors, link, column < 0), link.Grants, link.Use);
        }

        if (links.FirstOrDefault() is { } first && first.Others > shown)
        {
            var more = first.Total - links.Sum(l => l.Grants);
            nodes.Add(new(Id(column, null) + "more", column, new(MapKind.Others, null, $"and {Words(first.Others - shown, "more team")}"), null, more, false, false));
            if (Math.Abs(column) == 1)
                Connect(column, nodes[^1].Id, Id(0, _start.Name), more, default);
        }
    }

    public MapView ToView(Page<MapConnection> page)
    {
        var edges = _edges.GroupBy(e => (e.From, e.To)).Select(g => new MapEdge(g.Key.From, g.Key.To, g.Sum(e => e.Grants), new(g.Sum(e => e.Use.Used), g.Sum(e => e.Use.Told)))).ToList();
        var nodes = _columns.Values.SelectMany(c => c).ToList();
        // The start counts both of its sides.
        var own = nodes.FindIndex(n => n.Column == 0 && n.Within is null);
        nodes[own] = nodes[own] with { Grants = nodes.Where(n => Math.Abs(n.Column) == 1 && n.Within is null).Sum(n => n.Grants) };
        return new(_start, nodes, edges, page);
    }

    private string AnchorOf(int column, LinkRow link, bool isCalled)
    {
        var id = Id(column, column == 0 ? _start.Name : link.Anchor);
        if (column != 0 || !_startIsOpen || link.AnchorPart is null)
            return id;
        var part = $"{id}/{(isCalled ? "api" : "application")}/{link.AnchorPart}";
        var at = _columns[0].FindIndex(n => n.Id == part);
        if (at >= 0)
            _columns[0][at] = _columns[0][at] with { Grants = _columns[0][at].Grants + link.Grants };
        else
            _columns[0].Add(PartOf(id, 0, _start.Title, link.AnchorPart, link.AnchorPartTitle, link.Grants, !isCalled) with { Id = part });
        return part;
    }

    private void Connect(int column, string node, string anchor, long grants, MapUse use) =>
        _edges.Add(column < 0 ? new(node, anchor, grants, use) : new(anchor, node, grants, use));

    private static MapNode PartOf(string team, int column, string teamTitle, string? name, string? title, long grants, bool isCaller) => new(
        $"{team}/{name}", column,
        name is null
            ? new(MapKind.Others, null, isCaller ? "other applications" : "other APIs", teamTitle)
            : new(isCaller ? MapKind.Application : MapKind.Api, name, title!, teamTitle),
        team, grants, false, false);

    private static string Id(int column, string? name) => $"{column}:{name}";

    private static string Words(int count, string one) => $"{count:N0} {one}{(count == 1 ? "" : "s")}";
}
