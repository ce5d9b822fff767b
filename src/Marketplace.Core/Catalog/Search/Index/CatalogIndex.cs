namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>
/// All that can be found, as the catalog stood at one policy revision; immutable, swapped whole. A few segments hold
/// the words; here stands which of their lines are current, and the order in which equally good hits are shown.
/// </summary>
internal sealed class CatalogIndex
{
    private const int Nowhere = -1;
    private readonly (int Segment, int Line)[] _places;

    private CatalogIndex(long revision, IndexNames names, IndexSegment[] segments, (LineHead Head, int Segment, int Line)[] lines)
    {
        (Revision, Names, Segments) = (revision, names, segments);
        Lines = Array.ConvertAll(lines, l => l.Head);
        _places = Array.ConvertAll(lines, l => (l.Segment, l.Line));
        Ordinals = Array.ConvertAll(segments, s => Enumerable.Repeat(Nowhere, s.Lines.Length).ToArray());
        FirstPosition = new int[lines.Length + 1];
        for (var ordinal = 0; ordinal < lines.Length; ordinal++)
        {
            var (_, segment, line) = lines[ordinal];
            Ordinals[segment][line] = ordinal;
            FirstPosition[ordinal + 1] = FirstPosition[ordinal] + segments[segment].FirstOperation[line + 1] - segments[segment].FirstOperation[line];
        }
        Teams = [.. Lines.DistinctBy(l => l.TeamId).Select(l => (l.TeamId, l.Team, l.TeamTitle))];
        var teams = Teams.Select((t, i) => (t.Id, i)).ToDictionary(t => t.Id, t => t.i);
        Facts = Array.ConvertAll(Lines, l => new LineFacts(l.Open, l.Lifecycle, l.Classification, teams[l.TeamId]));
    }

    public long Revision { get; }

    public IndexNames Names { get; }

    public IndexSegment[] Segments { get; }

    /// <summary>By the API's name, newest version first.</summary>
    public LineHead[] Lines { get; }

    /// <summary>For each segment and each of its lines the line's place in <see cref="Lines"/>; -1 for what was overtaken.</summary>
    public int[][] Ordinals { get; }

    /// <summary>For each line where its operations begin in the order of all operations; one more at the end.</summary>
    public int[] FirstPosition { get; }

    public (Guid Id, string Name, string Title)[] Teams { get; }

    /// <summary>Of each line what every search looks at, side by side.</summary>
    public LineFacts[] Facts { get; }

    public int OperationCount => FirstPosition[^1];

    public static CatalogIndex Of(long revision, IEnumerable<LineSource> lines)
    {
        var names = new IndexNames();
        var builder = new SegmentBuilder(names);
        foreach (var line in lines)
            builder.Add(line);
        return new CatalogIndex(revision, names, [], []).Joined(revision, builder.Build(), []);
    }

    /// <summary>The same words, known to hold at a later revision.</summary>
    public CatalogIndex At(long revision) => new(revision, Names, Segments, [.. Current(_ => true)]);

    /// <summary>With these lines as they are now, and without those that are gone.</summary>
    public CatalogIndex With(long revision, IReadOnlyList<LineSource> changed, IReadOnlyCollection<Guid> concerned)
    {
        if (changed.Count == 0)
            return Joined(revision, null, concerned);
        var builder = new SegmentBuilder(Names);
        foreach (var line in changed)
            builder.Add(line);
        return Joined(revision, builder.Build(), concerned);
    }

    /// <summary>Joins the newest segments as long as the next is not far larger: each line is rewritten a few times only, and few segments stay.</summary>
    public CatalogIndex Compacted()
    {
        var first = Segments.Length - 1;
        for (var joined = Living(first); first > 0 && Living(first - 1) < 3 * joined; first--)
            joined += Living(first - 1);
        var overtaken = Segments[0].Count > 2 * Living(0);
        if (overtaken)
            first = 0;
        if (first == Segments.Length - 1 && !overtaken)
            return this;
        var builder = new SegmentBuilder(Names);
        for (var i = first; i < Segments.Length; i++)
        {
            var ordinals = Ordinals[i];
            builder.Add(Segments[i], line => ordinals[line] != Nowhere);
        }
        var segment = builder.Build();
        var lines = Current(place => place.Segment < first).Concat(segment.Lines.Select((head, line) => (head, first, line)));
        return new(Revision, Names, [.. Segments[..first], segment], Sorted(lines));
    }

    public (IndexSegment Segment, int Operation) OperationAt(int position)
    {
        var ordinal = OrdinalAt(position);
        var (segment, line) = _places[ordinal];
        return (Segments[segment], Segments[segment].FirstOperation[line] + position - FirstPosition[ordinal]);
    }

    public int OrdinalAt(int position)
    {
        var at = Array.BinarySearch(FirstPosition, position);
        if (at < 0)
            return ~at - 1;
        // Lines without operations share the place where the next one begins.
        while (FirstPosition[at + 1] == position)
            at++;
        return at;
    }

    private CatalogIndex Joined(long revision, IndexSegment? added, IReadOnlyCollection<Guid> concerned)
    {
        HashSet<Guid> gone = [.. concerned, .. added?.Lines.Select(l => l.Id) ?? []];
        var lines = Current(place => !gone.Contains(Segments[place.Segment].Lines[place.Line].Id))
            .Concat((added?.Lines ?? []).Select((head, line) => (head, Segments.Length, line)));
        return new(revision, Names, added is null ? Segments : [.. Segments, added], Sorted(lines));
    }

    private int Living(int segment) => Segments[segment].Lines.Select((_, line) => Ordinals[segment][line] == Nowhere
        ? 0
        : Segments[segment].FirstOperation[line + 1] - Segments[segment].FirstOperation[line] + 1).Sum();

    private IEnumerable<(LineHead Head, int Segment, int Line)> Current(Func<(int Segment, int Line), bool> stays) =>
        _places.Where(stays).Select(p => (Segments[p.Segment].Lines[p.Line], p.Segment, p.Line));

    private static (LineHead Head, int Segment, int Line)[] Sorted(IEnumerable<(LineHead Head, int Segment, int Line)> lines) =>
    [
        .. lines.OrderBy(l => l.Head.Api, StringComparer.Ordinal).ThenByDescending(l => l.Head.Version.Length)
            .ThenByDescending(l => l.Head.Version, StringComparer.Ordinal),
    ];
}
