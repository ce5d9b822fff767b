using Marketplace.Core.Access.Map;

namespace Marketplace.Portal.Map;

/// <param name="Node">What stands here.</param>
/// <param name="Parts">Rows below its head, where it is open.</param>
public sealed record MapBox(MapNode Node, double X, double Y, double Height, IReadOnlyList<MapRow> Parts);

public sealed record MapRow(MapNode Node, double Y);

/// <param name="Path">An SVG path from the caller's right side to the left side of what is called.</param>
/// <param name="Point">The arrow's head, as an SVG path.</param>
public sealed record MapLine(MapEdge Edge, MapNode From, MapNode To, string Path, string Point, double Thickness);

/// <summary>
/// Places the nodes in columns, callers left of what they call. The same view gives the same picture; boxes never overlap,
/// and a label never leaves its box.
/// </summary>
public sealed record MapLayout(double Width, double Height, double Middle, IReadOnlyList<MapBox> Boxes, IReadOnlyList<MapLine> Lines)
{
    public const double BoxWidth = 220;
    public const double Head = 48;
    public const double Row = 30;
    private const double Between = 150;
    private const double Gap = 14;
    private const double Edge = 16;
    private const double Thinnest = 1.5;
    private const double Thickest = 11;

    /// <summary>A line of so many grants is the thickest, unless there are stronger ones.</summary>
    private const double Strong = 60;
    private const int Sweeps = 4;

    public static MapLayout Of(MapView view)
    {
        var parts = view.Nodes.Where(n => n.Within is not null).ToLookup(n => n.Within!, StringComparer.Ordinal);
        var columns = view.Nodes.Where(n => n.Within is null).GroupBy(n => n.Column).OrderBy(c => c.Key).Select(c => c.ToList()).ToList();
        Arrange(columns, view.Edges, parts, isOverview: view.Start is null);
        var height = columns.Count == 0 ? 0 : columns.Max(c => HeightOf(c, parts));
        var boxes = new List<MapBox>();
        foreach (var (index, column) in columns.Index())
        {
            var y = Edge + (height - HeightOf(column, parts)) / 2;
            foreach (var node in column)
            {
                var own = parts[node.Id].OrderBy(n => n.Entity.Kind is MapKind.Others).ThenByDescending(n => n.Entity.Kind is MapKind.Api)
                    .Select((n, i) => new MapRow(n, y + Head + i * Row)).ToList();
                boxes.Add(new(node, Edge + index * (BoxWidth + Between), y, Head + own.Count * Row, own));
                y += boxes[^1].Height + Gap;
            }
        }

        var width = 2 * Edge + columns.Count * (BoxWidth + Between) - Between;
        // Without a start one reads from the left: who calls first.
        var middle = boxes.FirstOrDefault(b => view.Start is not null && b.Node.Column == 0)?.X + BoxWidth / 2 ?? 0;
        return new(width, height + 2 * Edge, middle, boxes, Draw(view.Edges, boxes));
    }

    private static List<MapLine> Draw(IReadOnlyList<MapEdge> edges, List<MapBox> boxes)
    {
        var places = new Dictionary<string, (MapNode Node, double X, double Y)>(StringComparer.Ordinal);
        foreach (var box in boxes)
        {
            places[box.Node.Id] = (box.Node, box.X, box.Y + Head / 2);
            foreach (var row in box.Parts)
                places[row.Node.Id] = (row.Node, box.X, row.Y + Row / 2);
        }

        var most = Math.Max(Strong, edges.Count == 0 ? 0 : edges.Max(e => e.Grants));
        // The thick ones first, so that the thin ones stay within reach of a pointer.
        return [.. edges.OrderByDescending(e => e.Grants).ThenBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal).Select(e =>
        {
            var (from, to) = (places[e.From], places[e.To]);
            var (x1, x2) = (from.X + BoxWidth, to.X);
            // What is merely counted must not outdo what is named.
            var isCounted = from.Node is { Entity.Kind: MapKind.Others, Within: null };
            var thickness = isCounted ? Thinnest : Thinnest + (Thickest - Thinnest) * Math.Sqrt(e.Grants / most);
            var point = thickness / 2 + 4;
            var (end, bend) = (x2 - point, (x2 - point - x1) / 2);
            return new MapLine(
                e, from.Node, to.Node,
                FormattableString.Invariant($"M{x1:0.#} {from.Y:0.#}C{x1 + bend:0.#} {from.Y:0.#} {end - bend:0.#} {to.Y:0.#} {end:0.#} {to.Y:0.#}"),
                FormattableString.Invariant($"M{end:0.#} {to.Y - point:0.#}L{x2:0.#} {to.Y:0.#}L{end:0.#} {to.Y + point:0.#}z"),
                thickness);
        })];
    }

    /// <summary>Fewer crossings: beside the start the strongest come first; every other column goes by the middle of its neighbours.</summary>
    private static void Arrange(List<List<MapNode>> columns, IReadOnlyList<MapEdge> edges, ILookup<string, MapNode> parts, bool isOverview)
    {
        var owner = columns.SelectMany(c => c).SelectMany(n => parts[n.Id].Select(p => (p.Id, Box: n.Id)).Append((n.Id, Box: n.Id)))
            .ToDictionary(p => p.Id, p => p.Box, StringComparer.Ordinal);
        var neighbours = edges.SelectMany(e => new[] { (A: owner[e.From], B: owner[e.To], e.Grants), (A: owner[e.To], B: owner[e.From], e.Grants) })
            .ToLookup(e => e.A, StringComparer.Ordinal);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var place = columns.SelectMany(c => c.Select((n, i) => (n.Id, At: (i + 0.5) / c.Count))).ToDictionary(p => p.Id, p => p.At, StringComparer.Ordinal);
            for (var index = 0; index < columns.Count; index++)
            {
                var column = columns[index];
                // Both columns of the overview in turn, so that each settles by the other.
                var isFree = isOverview ? index == (sweep + 1) % 2 : Math.Abs(column[0].Column) > 1;
                if (!isFree)
                    continue;
                columns[index] = [.. column.OrderBy(n => n.Entity.Kind is MapKind.Others).ThenBy(n => Mean(neighbours[n.Id], place)).ThenBy(n => n.Id, StringComparer.Ordinal)];
            }
        }
    }

    private static double Mean(IEnumerable<(string A, string B, long Grants)> neighbours, Dictionary<string, double> place)
    {
        var (sum, weight) = (0.0, 0.0);
        foreach (var (_, other, grants) in neighbours)
            (sum, weight) = (sum + place[other] * grants, weight + grants);
        return weight == 0 ? 1 : sum / weight;
    }

    private static double HeightOf(List<MapNode> column, ILookup<string, MapNode> parts) =>
        column.Sum(n => Head + parts[n.Id].Count() * Row) + Gap * (column.Count - 1);
}
