using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access.Map;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Map;

internal static class MapEndpoints
{
    public static void Map(IEndpointRouteBuilder rest) => rest.MapGet("/map", GetAsync).WithTags("Grants").WithName("getMap")
        .WithSummary("Who may call whom, around one team, api or application, or over all teams.").Produces<MapBody>();

    private static async Task<IResult> GetAsync(
        string? team, string? api, string? application, string? environment, string? direction, int? depth, string[] open, int? shown,
        int? page, int? limit, MapReader maps, HttpContext context, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        if (new[] { team, api, application }.Count(name => !string.IsNullOrEmpty(name)) > 1)
            problems.Add(new(ProblemStatus.ParameterMalformed, "Start from one of team, api and application.", "team"));
        var way = MapDirection.Both;
        if (direction is not null && !StoredEnum.TryFromWord(direction, out way))
            problems.Add(new(ProblemStatus.ParameterMalformed, "Choose both, callers or called.", "direction"));
        if (depth is not (null or 1 or 2))
            problems.Add(new(ProblemStatus.ParameterMalformed, "Choose 1 or 2.", "depth"));
        if (open.Length > MapQuery.MostOpen)
            problems.Add(new(ProblemStatus.ParameterMalformed, $"Open at most {MapQuery.MostOpen} teams.", "open"));
        if (problems.Count > 0)
            return new ProblemResult(problems);
        var query = new MapQuery(
            MapFilter.ReadStart(context.Request.Query), string.IsNullOrEmpty(environment) ? null : environment, way, depth ?? 1, open,
            Math.Clamp(shown ?? MapQuery.FewestShown, 1, MapQuery.MostShown), Paged.From(page, limit));
        return Answer.Found(await maps.ReadAsync(context.Actor(), query, cancellation), "There is no such team, API or application that you may see.", Of);
    }

    private static MapBody Of(MapView view) => new(
        view.Start is null ? null : Of(view.Start),
        [.. view.Nodes.Select(n => new MapNodeBody(n.Id, n.Column, Of(n.Entity), n.Within, n.Grants))],
        [.. view.Edges.Select(e => new MapEdgeBody(e.From, e.To, e.Grants, Of(e.Use)))],
        new(
            [.. view.Connections.Items.Select(c => new MapConnectionBody(Of(c.From), Of(c.To), c.Applications, c.Apis, c.Grants, Of(c.Use)))],
            view.Connections.Request.Number, view.Connections.Request.Size, view.Connections.Total));

    private static long? Of(MapUse use) => use.Told == 0 ? null : use.Used;

    private static MapEntityBody Of(MapEntity entity) => new(StoredEnum.ToWord(entity.Kind), entity.Name, entity.Title, entity.TeamTitle);
}
