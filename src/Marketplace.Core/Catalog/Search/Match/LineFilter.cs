using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Which facets' choices a thing does not meet. With one unmet it counts in that facet alone: as what one more choice would show.</summary>
[Flags]
internal enum Unmet : byte
{
    None = 0,
    Team = 1,
    Lifecycle = 2,
    Classification = 4,
    Method = 8,
    Tag = 16,

    /// <summary>Not for this reader, or not asked for: counted nowhere.</summary>
    Hidden = 128,
}

internal static class UnmetFacets
{
    public static bool IsMetBut(this Unmet unmet, Unmet facet) => (unmet & ~facet) == Unmet.None;

    public static bool IsSeveral(this Unmet unmet) => (unmet & (unmet - 1)) != Unmet.None;
}

internal static class LineFilter
{
    /// <summary>For each line what it does not meet. Deny by default: a line that is not open is hidden unless it is of a team of the reader's.</summary>
    public static Unmet[] Of(CatalogIndex index, SearchReader reader, SearchQuery query)
    {
        var own = TeamsThat(index, team => reader.Teams.Contains(team.Id));
        var teams = query.Teams is { Count: > 0 } names ? TeamsThat(index, team => names.Contains(team.Name)) : null;
        var lifecycles = query.Lifecycles is { Count: > 0 } l ? l : null;
        var classifications = query.Classifications is { Count: > 0 } c ? c : null;
        var retired = lifecycles?.Contains(Lifecycle.Retired) is true;
        var lines = new Unmet[index.Lines.Length];
        for (var line = 0; line < lines.Length; line++)
        {
            var facts = index.Facts[line];
            var isHidden = !(facts.Open || reader.Everything || own[facts.Team])
                || (facts.Lifecycle is Lifecycle.Retired && !retired)
                || (query.OwnedByMyTeams && !own[facts.Team])
                || (query.Callable && reader.Granted?.Lines.Contains(index.Lines[line].Id) is not true);
            lines[line] = isHidden
                ? Unmet.Hidden
                : (teams?[facts.Team] is false ? Unmet.Team : Unmet.None)
                    | (lifecycles?.Contains(facts.Lifecycle) is false ? Unmet.Lifecycle : Unmet.None)
                    | (classifications?.Contains(facts.Classification) is false ? Unmet.Classification : Unmet.None);
        }
        return lines;
    }

    private static bool[] TeamsThat(CatalogIndex index, Predicate<(Guid Id, string Name, string Title)> hold) => Array.ConvertAll(index.Teams, team => hold(team));
}
