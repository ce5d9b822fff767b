using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Access.Map;

/// <summary>Who may call whom, from the grants that stand, around one team, API or application or over all teams.</summary>
public sealed class MapReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>So many connections of all teams are drawn.</summary>
    public const int Strongest = 30;

    /// <summary>Of more grants than this, what one reads is added up once a while.</summary>
    private const int MostAddedUpEachTime = 20_000;
    private const int MostParts = 12;
    private const int MostFound = 8;

    private readonly BriefMemory<(Guid Reader, string Teams, Guid? Start, MapQuery Query, string Open), MapView> _views = new(clock, TimeSpan.FromSeconds(30), 500);

    /// <summary>Null when the start is none that the actor may see.</summary>
    public async Task<MapView?> ReadAsync(Actor actor, MapQuery query, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var start = query.Start is null ? null : await StartAsync(db, actor, query.Start, cancellation);
        if (query.Start is not null && start is null)
            return null;
        var session = new Session(db, actor, query, start, clock.GetUtcNow(), cancellation);
        // As of the last analysis of the table, which is near enough, and costs nothing.
        var grants = await db.Database.SqlQuery<float>($"""select reltuples as "Value" from pg_class where oid = 'access_grant'::regclass""").SingleAsync(cancellation);
        if (grants <= MostAddedUpEachTime)
            return await DrawAsync(session);
        // Who has left a team is shown nothing more of it.
        var teams = actor.ReadsEverything ? [] : await db.Memberships.Where(m => m.PersonId == actor.Id).OrderBy(m => m.TeamId).Select(m => m.TeamId).ToListAsync(cancellation);
        return await _views.GetAsync(
            (actor.ReadsEverything ? Guid.Empty : actor.Id, string.Join(' ', teams), start?.Id, query with { Open = [] }, string.Join(' ', query.Open.Order(StringComparer.Ordinal))), async () =>
            {
                await using var own = await databases.CreateDbContextAsync();
                return await DrawAsync(session with { Db = own, Cancellation = CancellationToken.None });
            });
    }

    private static async Task<MapView> DrawAsync(Session session)
    {
        var (query, start) = (session.Query, session.Start);
        if (start is null)
        {
            var (strongest, all) = await ConnectionsAsync(session);
            return MapDrawing.Overview(strongest, all);
        }

        var (_, page) = await ConnectionsAsync(session);
        var drawing = new MapDrawing(start.Entity, start.Kind is MapKind.Team && query.Open.Contains(start.Entity.Name, StringComparer.Ordinal));
        foreach (var callers in new[] { true, false })
        {
            if (!session.Looks(callers))
                continue;
            var step = callers ? -1 : 1;
            var near = await LinksAsync(session, callers, start.Kind switch
            {
                MapKind.Team => callers ? MapSql.CalledTeams : MapSql.CallerTeams,
                MapKind.Api => MapSql.CalledApi,
                _ => MapSql.CallerApplication,
            }, [start.Id], start.Kind is MapKind.Api);
            drawing.Add(step, near, query.Shown);
            var teams = near.Where(l => l.Team is not null).Select(l => l.TeamId).Distinct().ToArray();
            if (query.Depth > 1 && teams.Length > 0)
                drawing.Add(2 * step, await LinksAsync(session, callers, callers ? MapSql.CalledTeams : MapSql.CallerTeams, teams, masksCallers: false), query.Shown);
        }

        return drawing.ToView(page) with { HasPage = start.HasPage };
    }

    /// <summary>Teams, APIs and applications to start from.</summary>
    public async Task<IReadOnlyList<MapEntity>> FindAsync(Actor actor, string text, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var like = "%" + Like.Escape(text.Trim()) + "%";
        var teams = await db.Teams.Where(t => EF.Functions.ILike(t.Title, like) || EF.Functions.ILike(t.Name, like))
            .OrderBy(t => t.Title).ThenBy(t => t.Name).Take(MostFound)
            .Select(t => new MapEntity(MapKind.Team, t.Name, t.Title, null)).ToListAsync(cancellation);
        var apis = await db.Apis.Where(a => db.ApiVersions.VisibleTo(actor).Any(v => v.ApiId == a.Id))
            .Where(a => EF.Functions.ILike(a.Title, like) || EF.Functions.ILike(a.Name, like))
            .OrderBy(a => a.Title).ThenBy(a => a.Name).Take(MostFound)
            .Select(a => new MapEntity(MapKind.Api, a.Name, a.Title, a.Team!.Title)).ToListAsync(cancellation);
        var applications = await db.Applications.SeenBy(actor)
            .Where(a => EF.Functions.ILike(a.Name, like) || EF.Functions.ILike(a.ClientId, like))
            .OrderBy(a => a.Name).ThenBy(a => a.ClientId).Take(MostFound)
            .Select(a => new MapEntity(MapKind.Application, a.ClientId, a.Name, a.Team!.Title)).ToListAsync(cancellation);
        return [.. teams, .. apis, .. applications];
    }

    private static async Task<Start?> StartAsync(MarketplaceDb db, Actor actor, MapStart start, CancellationToken cancellation) => start.Kind switch
    {
        MapKind.Team => await db.Teams.Where(t => t.Name == start.Name)
            .Select(t => new Start(t.Id, new MapEntity(MapKind.Team, t.Name, t.Title, null), true)).SingleOrDefaultAsync(cancellation),
        MapKind.Api => await db.Apis.Where(a => a.Name == start.Name && db.ApiVersions.VisibleTo(actor).Any(v => v.ApiId == a.Id))
            .Select(a => new Start(a.Id, new MapEntity(MapKind.Api, a.Name, a.Title, a.Team!.Title), true)).SingleOrDefaultAsync(cancellation),
        // Whoever sees a grant sees the name of its application; of the rest of that application's grants, nothing.
        MapKind.Application => await db.Applications
            .Where(a => a.ClientId == start.Name && (db.Applications.SeenBy(actor).Contains(a) || db.Grants.SeenBy(actor).Any(g => g.ApplicationId == a.Id)))
            .Select(a => new Start(a.Id, new MapEntity(MapKind.Application, a.ClientId, a.Name, a.Team!.Title), db.Applications.SeenBy(actor).Contains(a)))
            .SingleOrDefaultAsync(cancellation),
        _ => null,
    };

    private static async Task<(List<ConnectionRow> Strongest, Page<MapConnection> Page)> ConnectionsAsync(Session session)
    {
        var (query, start) = (session.Query, session.Start);
        var which = start?.Kind switch
        {
            null => MapSql.Everything,
            MapKind.Api => session.Looks(callers: true) ? MapSql.CalledApi : "false",
            MapKind.Application => session.Looks(callers: false) ? MapSql.CallerApplication : "false",
            _ when query.Direction is MapDirection.Callers => MapSql.CalledTeams,
            _ when query.Direction is MapDirection.Called => MapSql.CallerTeams,
            _ => $"{MapSql.CalledTeams} or {MapSql.CallerTeams}",
        };
        var rows = await session.RowsAsync<ConnectionRow>(
            MapSql.Connections(start?.Kind, which, isFar: start is not null && query.Depth > 1),
            [start?.Id ?? Guid.Empty],
            new NpgsqlParameter("top", start is null ? Strongest : 1),
            new NpgsqlParameter("skip", query.Page.Skip), new NpgsqlParameter("take", query.Page.Size));
        var page = rows.Where(r => r.Rank > query.Page.Skip && r.Rank <= query.Page.Skip + query.Page.Size).Select(r => r.Between(start?.Entity)).ToList();
        return ([.. rows.Where(r => r.Rank <= Strongest)], new(page, rows.Count == 0 ? 0 : rows[0].Total, query.Page));
    }

    private static Task<List<LinkRow>> LinksAsync(Session session, bool callers, string which, Guid[] anchors, bool masksCallers) =>
        session.RowsAsync<LinkRow>(
            MapSql.Links(callers, which, masksCallers), anchors,
            new NpgsqlParameter("shown", session.Query.Shown), new NpgsqlParameter("rows", MostParts),
            new NpgsqlParameter("parts", session.Start!.Kind is MapKind.Team && anchors is [var only] && only == session.Start.Id),
            new NpgsqlParameter("within", session.Start.Kind is not MapKind.Team && anchors is [var one] && one == session.Start.Id));

    private sealed record Start(Guid Id, MapEntity Entity, bool HasPage)
    {
        public MapKind Kind => Entity.Kind;
    }

    private sealed record Session(MarketplaceDb Db, Actor Actor, MapQuery Query, Start? Start, DateTimeOffset Now, CancellationToken Cancellation)
    {
        /// <summary>An API calls nobody, and nobody calls an application.</summary>
        public bool Looks(bool callers) =>
            Query.Direction != (callers ? MapDirection.Called : MapDirection.Callers) && Start?.Kind != (callers ? MapKind.Application : MapKind.Api);

        public Task<List<T>> RowsAsync<T>(string sql, Guid[] teams, params NpgsqlParameter[] more) where T : class => Db.Database.SqlQueryRaw<T>(
            sql,
            [
                new NpgsqlParameter("everything", Actor.ReadsEverything), new NpgsqlParameter("me", Actor.Id), new NpgsqlParameter("now", Now),
                new NpgsqlParameter("environment", Query.Environment ?? ""), new NpgsqlParameter("open", Query.Open.ToArray()),
                new NpgsqlParameter("teams", teams), new NpgsqlParameter("start", Start?.Id ?? Guid.Empty),
                new NpgsqlParameter("callers", Looks(callers: true)), new NpgsqlParameter("called", Looks(callers: false)),
                new NpgsqlParameter("only_seen", Start is { Kind: MapKind.Application } application && teams is [var only] && only == application.Id), .. more,
            ]).ToListAsync(Cancellation);
    }
}
