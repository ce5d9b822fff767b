namespace Marketplace.Core.Access.Map;

/// <summary>As <see cref="MapSql.Links"/> answers: an other end, an anchor, and the parts of both where their teams are open.</summary>
/// <param name="Team">Null for those who may not be named.</param>
/// <param name="Seen">The reader may see some of these grants.</param>
/// <param name="Others">How many other ends there are in all.</param>
/// <param name="Total">Their grants.</param>
internal sealed record LinkRow(
    Guid TeamId, string? Team, string? TeamTitle, string? Part, string? PartTitle, string Anchor, string? AnchorPart, string? AnchorPartTitle,
    bool Seen, long Grants, long Used, long Told, int Applications, int Teams, int Others, long Total)
{
    public MapUse Use => new(Used, Told);
}

/// <summary>As <see cref="MapSql.Connections"/> answers.</summary>
/// <param name="AtStart">The API or application of the start is one end of it.</param>
internal sealed record ConnectionRow(
    string? Caller, string? CallerTitle, string Called, string CalledTitle, bool AtStart, int Applications, int Apis, long Grants, long Used, long Told, long Rank, int Total)
{
    public MapUse Use => new(Used, Told);

    public MapConnection Between(MapEntity? start) => new(
        AtStart && start is { Kind: MapKind.Application } ? start
            : Caller is null ? new(MapKind.Others, null, "Applications of teams that you do not see") : new(MapKind.Team, Caller, CallerTitle!),
        AtStart && start is { Kind: MapKind.Api } ? start : new(MapKind.Team, Called, CalledTitle),
        Applications, Apis, Grants, Use);
}
