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
        var teams = Chosen(query.Teams);
        var lifecycles = query.Lifecycles is { Count: > 0 } l ? l.ToHashSet() : null;
        var classifications = query.Classifications is { Count: > 0 } c ? c.ToHashSet() : null;
        return Array.ConvertAll(index.Lines, line =>
        {
            if (!(line.Open || reader.Everything || reader.Teams.Contains(line.TeamId)))
                return Unmet.Hidden;
            if (line.Lifecycle is Lifecycle.Retired && lifecycles?.Contains(Lifecycle.Retired) is not true)
                return Unmet.Hidden;
            if ((query.OwnedByMyTeams && !reader.Teams.Contains(line.TeamId)) || (query.Callable && reader.Granted?.Lines.Contains(line.Id) is not true))
                return Unmet.Hidden;
            return (teams?.Contains(line.Team) is false ? Unmet.Team : Unmet.None)
                | (lifecycles?.Contains(line.Lifecycle) is false ? Unmet.Lifecycle : Unmet.None)
                | (classifications?.Contains(line.Classification) is false ? Unmet.Classification : Unmet.None);
        });
    }

    private static HashSet<string>? Chosen(IReadOnlyList<string>? names) => names is { Count: > 0 } ? names.ToHashSet(StringComparer.Ordinal) : null;
}
