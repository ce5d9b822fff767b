using Marketplace.Core.Access.Map;
using Marketplace.Core.Data;
using Marketplace.Portal.Map;

namespace Marketplace.Portal.Tests.Map;

public sealed class MapLayoutTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_box_overlaps_another_and_every_row_stays_in_its_box(int seed)
    {
        var layout = MapLayout.Of(Some(seed));
        foreach (var (i, box) in layout.Boxes.Index())
        {
            Assert.InRange(box.X, 0, layout.Width - MapLayout.BoxWidth);
            Assert.InRange(box.Y, 0, layout.Height - box.Height);
            Assert.All(box.Parts, row => Assert.InRange(row.Y, box.Y + MapLayout.Head, box.Y + box.Height - MapLayout.Row));
            Assert.Equal(box.Parts.Count, box.Parts.Select(row => row.Y).Distinct().Count());
            foreach (var other in layout.Boxes.Skip(i + 1))
                Assert.True(box.X != other.X || box.Y + box.Height < other.Y || other.Y + other.Height < box.Y, $"{box.Node.Id} meets {other.Node.Id}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_same_view_gives_the_same_picture_whatever_the_order_of_its_edges(int seed)
    {
        var view = Some(seed);
        var again = MapLayout.Of(view with { Edges = [.. view.Edges.Reverse()] });
        Assert.Equivalent(MapLayout.Of(view), again, strict: true);
        Assert.Equal(view.Edges.Count, again.Lines.Count);
        Assert.All(again.Lines, line => Assert.InRange(line.Thickness, 1.5, 11));
    }

    [Theory]
    [InlineData("Payments", "Payments")]
    [InlineData("Payments, mandates and standing orders of small companies", "Payments, mandates an…")]
    [InlineData("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "WWWWWWWWWWWW…")]
    [InlineData("支払いと口座振替と定期的な注文と小さな会社", "支払いと口座振替と定期…")]
    [InlineData("", "")]
    public void A_label_is_cut_to_its_box(string text, string expected) => Assert.Equal(expected, TextFit.Cut(text, 190, 14));

    private static MapView Some(int seed)
    {
        var state = (uint)seed;
        // The same for ever: a picture that fails can be looked at again.
        int Below(int end) => (int)((state = state * 1664525 + 1013904223) >> 8) % end;
        var isOverview = seed % 4 == 0;
        var columns = isOverview ? [0, 1] : new[] { -2, -1, 0, 1, 2 };
        var nodes = new List<MapNode>();
        foreach (var column in columns)
        {
            for (var i = 0; i < (column == 0 && !isOverview ? 1 : 1 + Below(24)); i++)
            {
                var id = $"{column}:team-{i}";
                nodes.Add(new(id, column, new(MapKind.Team, $"team-{i}", $"Team {i}"), null, 1, true, false));
                nodes.AddRange(Enumerable.Range(0, Below(4)).Select(p =>
                    new MapNode($"{id}/{p}", column, new(p % 2 == 0 ? MapKind.Api : MapKind.Application, $"part-{p}", $"Part {p}"), id, 1, false, false)));
            }
        }

        var edges = new List<MapEdge>();
        foreach (var (left, right) in columns.Zip(columns.Skip(1)))
            foreach (var from in nodes.Where(n => n.Column == left))
                foreach (var to in nodes.Where(n => n.Column == right && Below(3) == 0))
                    edges.Add(new(from.Id, to.Id, 1 + Below(200), default));
        return new(isOverview ? null : new(MapKind.Team, "team-0", "Team 0"), nodes, edges, new Page<MapConnection>([], 0, new()));
    }
}
