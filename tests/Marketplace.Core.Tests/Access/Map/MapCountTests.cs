using Marketplace.Core.Access.Map;
using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Access.Map;

/// <summary>In the benchmark's world, smaller: 300 applications of 850 teams hold 6,000 grants on 100 APIs.</summary>
public sealed class MapCountTests(MapCountTests.World world) : IClassFixture<MapCountTests.World>
{
    [Fact]
    public async Task The_table_counts_every_grant_once()
    {
        var expected = world.Facts.GroupBy(f => (f.Caller, f.Called)).Select(g => (g.Key.Caller, g.Key.Called, Applications: g.Select(f => f.Application).Distinct().Count(), Grants: g.LongCount()))
            .OrderByDescending(g => g.Grants).ToList();
        var rows = new List<MapConnection>();
        for (var page = 1; rows.Count < expected.Count; page++)
        {
            var view = await world.ReadAsync(null, page: page);
            Assert.Equal(expected.Count, view.Connections.Total);
            Assert.NotEmpty(view.Connections.Items);
            rows.AddRange(view.Connections.Items);
        }

        Assert.Equal(expected.Order(), rows.Select(r => (r.From.Name!, r.To.Name!, r.Applications, r.Grants)).Order());
        Assert.Equal(rows.Select(r => r.Grants).OrderDescending(), rows.Select(r => r.Grants));
    }

    [Fact]
    public async Task What_was_used_is_told_where_data_planes_tell_of_it()
    {
        var before = await world.ReadAsync(null);
        Assert.All(before.Connections.Items, c => Assert.Equal(default, c.Use));

        await world.UseEveryOtherGrantAsync();
        var after = await world.ReadAsync(null);
        Assert.All(after.Connections.Items, c => Assert.Equal(c.Grants, c.Use.Told));
        Assert.InRange(after.Connections.Items.Sum(c => c.Use.Used) / (double)after.Connections.Items.Sum(c => c.Grants), 0.3, 0.7);
        Assert.Equal(after.Connections.Items.Take(MapReader.Strongest).Sum(c => c.Use.Used), after.Edges.Sum(e => e.Use.Used));
    }

    [Fact]
    public async Task What_is_not_shown_is_counted()
    {
        var api = world.Facts.GroupBy(f => f.Called).MaxBy(g => g.Select(f => f.Caller).Distinct().Count())!;
        var callers = api.Where(f => f.Caller != f.Called).ToList();
        var view = await world.ReadAsync(new(MapKind.Team, api.Key), direction: MapDirection.Callers, shown: 2);
        var teams = view.Nodes.Where(n => n is { Column: -1, Entity.Kind: MapKind.Team }).ToList();
        var more = Assert.Single(view.Nodes, n => n is { Column: -1, Entity.Kind: MapKind.Others });

        Assert.Equal(2, teams.Count);
        Assert.Equal($"and {callers.Select(f => f.Caller).Distinct().Count() - 2} more teams", more.Entity.Title);
        Assert.Equal(callers.Count, teams.Sum(n => n.Grants) + more.Grants);
        Assert.Equal(callers.Count, view.Edges.Sum(e => e.Grants));
    }

    [Fact]
    public async Task Two_steps_reach_the_callers_of_the_callers()
    {
        // A team that is called by one that is called.
        var calls = world.Facts.Select(f => (f.Caller, f.Called)).Where(c => c.Caller != c.Called).ToHashSet();
        var (middle, start) = calls.Where(c => calls.Count(d => d.Called == c.Caller) is > 1 and < MapQuery.MostShown && calls.Count(d => d.Called == c.Called) < MapQuery.MostShown)
            .MinBy(c => calls.Count(d => calls.Contains((d.Called, c.Called))));
        var view = await world.ReadAsync(new(MapKind.Team, start), depth: 2, shown: MapQuery.MostShown);

        var far = view.Edges.Where(e => e.To == $"-1:{middle}").Select(e => e.From["-2:".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(calls.Where(c => c.Called == middle).Select(c => c.Caller).Order(StringComparer.Ordinal), far);
        var near = calls.Where(c => c.Called == start).Select(c => c.Caller).ToHashSet(StringComparer.Ordinal);
        var beyond = calls.Where(c => c.Caller == start).Select(c => c.Called).ToHashSet(StringComparer.Ordinal);
        var expected = world.Facts.Select(f => (f.Caller, f.Called)).Distinct()
            .Where(c => c.Called == start || c.Caller == start || near.Contains(c.Called) || beyond.Contains(c.Caller));
        Assert.Equal(expected.Count(), view.Connections.Total);
    }

    [Fact]
    public async Task An_open_team_shows_its_applications_and_apis_with_the_same_sums()
    {
        var start = world.Facts.GroupBy(f => f.Called).MaxBy(g => g.Count())!.Key;
        var callers = world.Facts.Where(f => f.Called == start && f.Caller != start).Select(f => f.Caller).Distinct().Order(StringComparer.Ordinal).Take(5).ToArray();
        var closed = await world.ReadAsync(new(MapKind.Team, start), shown: MapQuery.MostShown);
        var open = await world.ReadAsync(new(MapKind.Team, start), shown: MapQuery.MostShown, open: [start, .. callers]);

        Assert.Equal(closed.Edges.Sum(e => e.Grants), open.Edges.Sum(e => e.Grants));
        foreach (var caller in callers)
        {
            var id = $"-1:{caller}";
            Assert.True(open.Nodes.Single(n => n.Id == id).IsOpen);
            Assert.Equal(open.Nodes.Single(n => n.Id == id).Grants, open.Nodes.Where(n => n.Within == id).Sum(n => n.Grants));
            Assert.Equal(
                world.Facts.Where(f => f.Called == start && f.Caller == caller).Select(f => f.Application).Distinct().Order(StringComparer.Ordinal),
                open.Nodes.Where(n => n.Within == id).Select(n => n.Entity.Name!).Order(StringComparer.Ordinal));
        }
        Assert.All(open.Edges, e => Assert.Contains(open.Nodes, n => n.Id == e.From));
        Assert.All(open.Edges, e => Assert.Contains(open.Nodes, n => n.Id == e.To));
    }

    public sealed class World : IAsyncLifetime
    {
        private Bank _bank = null!;

        internal List<Fact> Facts { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            _bank = await Bank.OpenAsync(new PostgresFixture());
            await _bank.Database.ExecuteAsync(
                """
                select set_config('bench.applications', '300', false), set_config('bench.grants', '6000', false), set_config('bench.secret', '00', false), set_config('bench.jwk', '{}', false), set_config('bench.apis', '100', false);
                """ + await File.ReadAllTextAsync(Repository.File("bench", "Marketplace.Bench", "load.sql"))
                + """
                ;update access_grant g set valid_from = '2020-01-01', valid_until = '2100-01-01',
                  -- Spread: each application calls several APIs, few are called by many.
                  (api_version_id, operation_id) = (select o.api_version_id, o.id from operation o join api_version v on v.id = o.api_version_id join api a on a.id = v.api_id
                    where o.bit_index = (select p.bit_index from operation p where p.id = g.operation_id)
                      and a.name = 'api-' || (('x' || right(g.application_id::text, 3))::bit(12)::int * (1 + (select p.bit_index / 6 from operation p where p.id = g.operation_id))) % 41)
                """);
            await using var db = await _bank.OpenAsync();
            Facts = await db.Grants.Select(g => new Fact(g.Application!.Team!.Name, g.Operation!.ApiVersion!.Api!.Team!.Name, g.Application.ClientId)).ToListAsync();
            Assert.True(Facts.Count == 6000 && Facts.Select(f => (f.Caller, f.Called)).Distinct().Count() > 500);
        }

        internal Task UseEveryOtherGrantAsync() => _bank.Database.ExecuteAsync(
            """
            insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
            select distinct api_version_id, environment, '', -1, 'refused', 'token_missing' from access_grant;
            insert into grant_use (operation_id, environment, application_id, first_used_at, last_used_at)
            select operation_id, environment, application_id, now() - interval '9 days', now() - interval '2 days' from access_grant
            where right(operation_id::text, 1) > right(application_id::text, 1) on conflict do nothing;
            """);

        internal async Task<MapView> ReadAsync(
            MapStart? start, MapDirection direction = MapDirection.Both, int depth = 1, int shown = MapQuery.FewestShown, string[]? open = null, int page = 1) =>
            (await _bank.Use<MapReader>().ReadAsync(_bank.Auditor, new(start, null, direction, depth, open ?? [], shown, new(page, 200)), default))!;

        public ValueTask DisposeAsync() => _bank.DisposeAsync();
    }

    internal sealed record Fact(string Caller, string Called, string Application);
}
