using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Data;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Counts hits per value of each facet, each facet under the choices of the others.</summary>
internal sealed class FacetCounts(CatalogIndex index, Unmet[] lines)
{
    private const int MostTags = 20;
    private const int MostTeams = 50;
    private readonly int[] _methods = new int[index.Names.Methods.Count];
    private readonly int[] _tags = new int[index.Names.Tags.Count];
    private readonly List<int> _tagsSeen = [];
    private readonly int[] _ofLine = new int[index.Lines.Length];

    public void AddMethod(int method) => _methods[method]++;

    public void AddTags(ReadOnlySpan<int> tags)
    {
        foreach (var tag in tags)
        {
            if (_tags[tag]++ == 0)
                _tagsSeen.Add(tag);
        }
    }

    /// <summary>A hit of this line, but perhaps for the line's own unmet facets.</summary>
    public void AddTo(int ordinal) => _ofLine[ordinal]++;

    public int HitsIn(int ordinal) => _ofLine[ordinal];

    public List<FacetValue> All()
    {
        var teams = new int[index.Teams.Length];
        var lifecycles = new int[Enum.GetValues<Lifecycle>().Length];
        var classifications = new int[Enum.GetValues<Classification>().Length];
        for (var line = 0; line < lines.Length; line++)
        {
            var (unmet, hits) = (lines[line], _ofLine[line]);
            if (hits == 0)
                continue;
            var facts = index.Facts[line];
            teams[facts.Team] += unmet.IsMetBut(Unmet.Team) ? hits : 0;
            lifecycles[(int)facts.Lifecycle] += unmet.IsMetBut(Unmet.Lifecycle) ? hits : 0;
            classifications[(int)facts.Classification] += unmet.IsMetBut(Unmet.Classification) ? hits : 0;
        }
        return
        [
            .. Values("classification", Seen(classifications), classifications, i => StoredEnum.ToWord((Classification)i)),
            .. Values("lifecycle", Seen(lifecycles), lifecycles, i => StoredEnum.ToWord((Lifecycle)i)),
            .. Values("method", Seen(_methods), _methods, i => index.Names.Methods[i]),
            .. Values("tag", _tagsSeen, _tags, i => index.Names.Tags[i], most: MostTags),
            .. Values("team", Seen(teams), teams, i => index.Teams[i].Name, i => index.Teams[i].Title, MostTeams),
        ];
    }

    private static IEnumerable<int> Seen(int[] counts) => Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0);

    private static IEnumerable<FacetValue> Values(
        string facet, IEnumerable<int> seen, int[] counts, Func<int, string> value, Func<int, string>? label = null, int most = int.MaxValue) =>
        seen.OrderByDescending(i => counts[i]).ThenBy(label ?? value, StringComparer.Ordinal).Take(most)
            .Select(i => new FacetValue(facet, value(i), (label ?? value)(i), counts[i]));
}
