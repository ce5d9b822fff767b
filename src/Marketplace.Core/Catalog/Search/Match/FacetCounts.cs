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
    private readonly int[] _ofLine = new int[index.Lines.Length];

    public void AddMethod(int method) => _methods[method]++;

    public void AddTags(ReadOnlySpan<int> tags)
    {
        foreach (var tag in tags)
            _tags[tag]++;
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
            teams[index.TeamOf[line]] += unmet.IsMetBut(Unmet.Team) ? hits : 0;
            lifecycles[(int)index.Lines[line].Lifecycle] += unmet.IsMetBut(Unmet.Lifecycle) ? hits : 0;
            classifications[(int)index.Lines[line].Classification] += unmet.IsMetBut(Unmet.Classification) ? hits : 0;
        }
        return
        [
            .. Values("classification", classifications, i => StoredEnum.ToWord((Classification)i)),
            .. Values("lifecycle", lifecycles, i => StoredEnum.ToWord((Lifecycle)i)),
            .. Values("method", _methods, i => index.Names.Methods[i]),
            .. Values("tag", _tags, i => index.Names.Tags[i]).Take(MostTags),
            .. Values("team", teams, i => index.Teams[i].Name, i => index.Teams[i].Title).Take(MostTeams),
        ];
    }

    private static IEnumerable<FacetValue> Values(string facet, int[] counts, Func<int, string> value, Func<int, string>? label = null) =>
        Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0)
            .Select(i => new FacetValue(facet, value(i), (label ?? value)(i), counts[i]))
            .OrderByDescending(v => v.Count).ThenBy(v => v.Label, StringComparer.Ordinal);
}
