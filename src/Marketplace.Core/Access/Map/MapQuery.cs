using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Map;

public enum MapKind
{
    Team,
    Api,
    Application,

    /// <summary>What is counted and not named: more than are shown, or than the reader may see.</summary>
    Others,
}

public enum MapDirection
{
    Both,

    /// <summary>Who calls it.</summary>
    Callers,

    /// <summary>What it calls.</summary>
    Called,
}

/// <param name="Kind">A team, an API or an application.</param>
/// <param name="Name">Its slug or client id.</param>
public sealed record MapStart(MapKind Kind, string Name);

/// <param name="Start">Null for the strongest connections of all teams.</param>
/// <param name="Environment">Null for all.</param>
/// <param name="Direction">Which way to look.</param>
/// <param name="Depth">1, or 2 for the callers of the callers and what the called ones call.</param>
/// <param name="Open">Teams, by name, whose applications and APIs are shown one by one.</param>
/// <param name="Shown">At most so many teams a column.</param>
/// <param name="Page">Of the table.</param>
public sealed record MapQuery(
    MapStart? Start, string? Environment, MapDirection Direction, int Depth, IReadOnlyList<string> Open, int Shown, PageRequest Page)
{
    public const int FewestShown = 12;
    public const int MostShown = 48;
    public const int MostOpen = 20;
}
