using Marketplace.Core.Access;
using Marketplace.Core.Access.Map;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Map;

/// <summary>What the map's address says.</summary>
/// <param name="Text">What is looked for, to start from.</param>
/// <param name="From">One end of the connection whose endpoints are shown.</param>
/// <param name="To">The other end.</param>
public sealed record MapFilter(
    MapStart? Start, string? Environment, MapDirection Direction, int Depth, IReadOnlyList<string> Open, int Shown, int Page,
    string Text, MapStart? From, MapStart? To, int GrantPage)
{
    private const int PageSize = 25;
    private const int LongestText = 200;

    public static readonly MapFilter None = new(null, null, MapDirection.Both, 1, [], MapQuery.FewestShown, 1, "", null, null, 1);

    public static readonly IReadOnlyList<string> Environments = [DeploymentEnvironment.Sandbox, DeploymentEnvironment.Production];

    public static MapFilter Read(IQueryCollection query) => new(
        ReadStart(query), Environments.FirstOrDefault(e => e == query["environment"]),
        StoredEnum.TryFromWord<MapDirection>(query["direction"], out var direction) ? direction : MapDirection.Both,
        query["depth"] == "2" ? 2 : 1,
        [.. query["open"].OfType<string>().Where(t => t.Length is > 0 and <= LongestText).Distinct(StringComparer.Ordinal).Take(MapQuery.MostOpen)],
        Math.Clamp(Number(query["shown"], MapQuery.FewestShown), MapQuery.FewestShown, MapQuery.MostShown), Number(query["page"], 1),
        query["q"].ToString().Trim() is var text && text.Length > LongestText ? text[..LongestText] : text,
        End(query["from"]), End(query["to"]), Number(query["grants"], 1));

    public MapQuery ToQuery() => new(Start, Environment, Direction, Depth, Open, Shown, new(Page, PageSize));

    public GrantFilter? ToGrants() => From is null || To is null ? null : new(
        ClientId: NameOf(From, MapKind.Application), Api: NameOf(To, MapKind.Api), Environment: Environment, ActiveOnly: true,
        ApplicationTeam: NameOf(From, MapKind.Team), ApiTeam: NameOf(To, MapKind.Team));

    /// <summary>A team opens to what it calls with and what is called.</summary>
    public MapFilter At(MapEntity entity) => this with
    {
        Start = new(entity.Kind, entity.Name!), Open = entity.Kind is MapKind.Team ? [entity.Name!] : [],
        Shown = MapQuery.FewestShown, Page = 1, Text = "", From = null, To = null, GrantPage = 1,
    };

    public MapFilter Toggle(string team) => this with
    {
        Open = Open.Contains(team, StringComparer.Ordinal) ? [.. Open.Where(t => t != team)] : [.. Open.TakeLast(MapQuery.MostOpen - 1), team],
    };

    public MapFilter Between(MapEntity from, MapEntity to) => this with { From = new(from.Kind, from.Name!), To = new(to.Kind, to.Name!), GrantPage = 1 };

    public string Url()
    {
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        Add("q", Text);
        if (Start is not null)
            Add(StoredEnum.ToWord(Start.Kind), Start.Name);
        Add("environment", Environment);
        Add("direction", Direction is MapDirection.Both ? null : StoredEnum.ToWord(Direction));
        Add("depth", Depth > 1 ? "2" : null);
        foreach (var team in Open)
            Add("open", team);
        Add("shown", Shown > MapQuery.FewestShown ? $"{Shown}" : null);
        Add("page", Page > 1 ? $"{Page}" : null);
        Add("from", Word(From));
        Add("to", Word(To));
        Add("grants", GrantPage > 1 ? $"{GrantPage}" : null);
        return parts.Count == 0 ? "/map" : "/map?" + string.Join('&', parts);
    }

    public static string Url(MapKind kind, string name) => None.At(new(kind, name, "")).Url();

    public static MapStart? ReadStart(IQueryCollection query)
    {
        foreach (var kind in new[] { MapKind.Team, MapKind.Api, MapKind.Application })
            if (query[StoredEnum.ToWord(kind)].ToString() is { Length: > 0 and <= LongestText } name)
                return new(kind, name);
        return null;
    }

    private static string? NameOf(MapStart end, MapKind kind) => end.Kind == kind ? end.Name : null;

    private static string? Word(MapStart? end) => end is null ? null : $"{StoredEnum.ToWord(end.Kind)}:{end.Name}";

    private static MapStart? End(string? text) =>
        text?.Split(':', 2) is [var kind, { Length: > 0 and <= LongestText } name] && StoredEnum.TryFromWord<MapKind>(kind, out var known) && known is not MapKind.Others
            ? new(known, name)
            : null;

    private static int Number(string? text, int otherwise) => int.TryParse(text, out var number) && number > 0 ? number : otherwise;
}
