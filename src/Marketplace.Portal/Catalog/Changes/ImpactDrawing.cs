using System.Globalization;
using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Portal.Shell;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>Where the boxes and lines of the picture stand. Few enough to be read; the rest is counted.</summary>
internal sealed class ImpactDrawing
{
    public const int BoxHeight = 30;
    private const int Most = 8;
    private const int Step = 40;
    private static readonly (int X, int Width, int Characters)[] Columns = [(0, 150, 19), (225, 290, 38), (590, 230, 33)];

    private readonly List<Box> _boxes = [];
    private readonly List<string> _lines = [];

    public ImpactDrawing(string api, Impact impact)
    {
        var operations = impact.Operations.Take(Most).ToList();
        var teams = impact.Consumers.GroupBy(c => c.Team, StringComparer.Ordinal)
            .Select(g => (Title: g.First().TeamTitle, Keys: g.SelectMany(c => c.Operations).ToHashSet(StringComparer.Ordinal), Applications: g.Select(c => c.ClientId).Distinct(StringComparer.Ordinal).Count()))
            .OrderByDescending(t => t.Applications).ThenBy(t => t.Title, StringComparer.Ordinal).Take(Most).ToList();
        var (moreOperations, moreTeams) = (impact.Operations.Count - operations.Count, impact.Teams - teams.Count);
        var rows = Math.Max(Math.Max(operations.Count + (moreOperations > 0 ? 1 : 0), teams.Count + (moreTeams > 0 ? 1 : 0)), 1);
        Height = (rows * Step) - Step + BoxHeight + 4;

        var source = Add(0, 0, 1, api, "impact-api");
        var middle = operations.Select((o, i) => Add(1, i, Count(operations.Count, moreOperations), $"{o.Method} {o.Path}", "impact-operation")).ToList();
        if (moreOperations > 0)
            middle.Add(Add(1, operations.Count, operations.Count + 1, $"{Words.Count(moreOperations, "other endpoint")}", "impact-more"));
        foreach (var box in middle)
            Line(source, box);
        for (var t = 0; t < teams.Count; t++)
        {
            var team = Add(2, t, Count(teams.Count, moreTeams), $"{teams[t].Title} · {Words.Count(teams[t].Applications, "application")}", "impact-team");
            for (var o = 0; o < operations.Count; o++)
            {
                if (teams[t].Keys.Contains(operations[o].Key))
                    Line(middle[o], team);
            }
            if (moreOperations > 0 && impact.Operations.Skip(Most).Any(o => teams[t].Keys.Contains(o.Key)))
                Line(middle[^1], team);
        }
        if (moreTeams > 0)
        {
            var others = Add(2, teams.Count, teams.Count + 1, Words.Count(moreTeams, teams.Count == 0 ? "team" : "other team"), "impact-more");
            foreach (var box in middle)
                Line(box, others);
        }
    }

    public static int Width => Columns[2].X + Columns[2].Width;

    public int Height { get; }

    public IReadOnlyList<Box> Boxes => _boxes;

    public IReadOnlyList<string> Lines => _lines;

    private static int Count(int shown, int more) => shown + (more > 0 ? 1 : 0);

    /// <summary>A column with fewer rows stands in the middle of the height.</summary>
    private Box Add(int column, int row, int rows, string text, string kind)
    {
        var top = (Height - ((rows * Step) - Step + BoxHeight)) / 2;
        var longest = Columns[column].Characters;
        var box = new Box(Columns[column].X + 1, top + (row * Step), Columns[column].Width - 2, text.Length > longest ? text[..(longest - 1)] + "…" : text, text, kind);
        _boxes.Add(box);
        return box;
    }

    private void Line(Box from, Box to)
    {
        var (x1, y1, x2, y2) = (from.X + from.Width, from.Y + (BoxHeight / 2), to.X, to.Y + (BoxHeight / 2));
        var bend = (x1 + x2) / 2;
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}"));
    }

    public sealed record Box(int X, int Y, int Width, string Text, string Full, string Class);
}
