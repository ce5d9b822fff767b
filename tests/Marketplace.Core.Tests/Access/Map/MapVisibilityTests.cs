using Marketplace.Core.Access;
using Marketplace.Core.Access.Map;
using Marketplace.Core.Applications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Map;

/// <summary>Team channels holds two grants on the API of team payments.</summary>
public sealed class MapVisibilityTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Both_teams_see_application_and_api()
    {
        await using var bank = await GrantedAsync();
        foreach (var reader in new[] { bank.Olivia, bank.Dirk, bank.Auditor })
        {
            var view = (await ReadAsync(bank, reader, new(MapKind.Team, "payments"), "payments", "channels"))!;
            Assert.Equal(
                ["-1:channels/" + bank.App.ClientId + " > 0:payments/api/payments (2)"], view.Edges.Select(e => $"{e.From} > {e.To} ({e.Grants})"));
            Assert.Equal(["CHANNELS", "Mobile app", "PAYMENTS", "Payments"], view.Nodes.Select(n => n.Entity.Title).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_stranger_sees_which_teams_work_together_and_not_with_what()
    {
        await using var bank = await GrantedAsync();
        var overview = (await ReadAsync(bank, bank.Stranger, null))!;
        Assert.Equal("CHANNELS PAYMENTS 2", Told(Assert.Single(overview.Connections.Items)));

        var team = (await ReadAsync(bank, bank.Stranger, new(MapKind.Team, "payments"), "payments", "channels"))!;
        Assert.Equal(["CHANNELS", "PAYMENTS"], team.Nodes.Select(n => n.Entity.Title).Order(StringComparer.Ordinal));
        Assert.All(team.Nodes, node => Assert.False(node.MayOpen || node.Within is not null));
    }

    [Fact]
    public async Task A_stranger_learns_how_many_call_an_api_and_not_who()
    {
        await using var bank = await GrantedAsync();
        var view = (await ReadAsync(bank, bank.Stranger, new(MapKind.Api, "payments"), "channels"))!;
        Assert.Equal("1 application of 1 team", Assert.Single(view.Nodes, n => n.Column == -1).Entity.Title);
        Assert.Null(Assert.Single(view.Connections.Items).From.Name);
        Assert.DoesNotContain(view.Nodes, n => n.Entity.Title is "CHANNELS" or "Mobile app");

        Assert.Null(await ReadAsync(bank, bank.Stranger, new(MapKind.Application, bank.App.ClientId)));
        Assert.Empty(await bank.Use<MapReader>().FindAsync(bank.Stranger, "Mobile", default));
    }

    [Fact]
    public async Task An_owner_sees_of_an_application_what_it_may_call_of_their_own()
    {
        await using var bank = await GrantedAsync();
        await bank.Database.ExecuteAsync(
            """
            insert into team select gen_random_uuid(), 'lending', 'LENDING', now();
            insert into api select gen_random_uuid(), 'loans', 'Loans', '', (select id from team where name = 'lending'), 'internal', now();
            create temporary table other as select gen_random_uuid() as line, gen_random_uuid() as operation;
            insert into api_version (id, api_id, version, lifecycle, created_at) select line, (select id from api where name = 'loans'), 'v1', 'published', now() from other;
            insert into operation (id, api_version_id, key, bit_index, method, path, summary, description, tags, deprecated, added_in)
              select operation, line, 'listLoans', 0, 'GET', '/loans', '', '', '{}', false, 1 from other;
            set session_replication_role = replica;
            insert into access_grant (id, application_id, operation_id, api_version_id, environment, access_request_item_id, valid_from, valid_until, granted_by, granted_at)
              select gen_random_uuid(), g.application_id, operation, line, g.environment, gen_random_uuid(), g.valid_from, g.valid_until, g.granted_by, g.granted_at from other, (select * from access_grant limit 1) g;
            set session_replication_role = origin
            """);
        var start = new MapStart(MapKind.Application, bank.App.ClientId);
        Assert.Equal(["LENDING", "PAYMENTS"], (await ReadAsync(bank, bank.Dirk, start))!.Connections.Items.Select(c => c.To.Title).Order(StringComparer.Ordinal));

        var seen = (await ReadAsync(bank, bank.Olivia, start, "lending", "payments"))!;
        Assert.False(seen.HasPage);
        Assert.Equal("PAYMENTS", Assert.Single(seen.Connections.Items).To.Title);
        Assert.DoesNotContain(seen.Nodes, n => n.Entity.Title is "LENDING" or "Loans");
    }

    [Fact]
    public async Task Of_a_restricted_api_a_stranger_learns_nothing()
    {
        await using var bank = await GrantedAsync();
        await bank.Database.ExecuteAsync("update api set classification = 'restricted'");
        foreach (var start in new MapStart?[] { null, new(MapKind.Team, "payments"), new(MapKind.Team, "channels"), new(MapKind.Api, "payments") })
        {
            Assert.Equal(0, (await ReadAsync(bank, bank.Stranger, start, "payments", "channels"))!.Connections.Total);
            Assert.Equal(1, (await ReadAsync(bank, bank.Dirk, start))!.Connections.Total);
            Assert.Equal(1, (await ReadAsync(bank, bank.SecurityOfficer, start))!.Connections.Total);
        }
    }

    [Theory]
    [InlineData("update access_grant set ended_at = now(), end_kind = 'revoked'")]
    [InlineData("update access_grant set valid_from = valid_until - interval '1 second'")]
    [InlineData("update application set disabled_at = now()")]
    [InlineData("update api_version set lifecycle = 'retired'")]
    [InlineData("update operation set removed_in = 2")]
    public async Task What_nobody_can_use_is_no_connection(string end)
    {
        await using var bank = await GrantedAsync();
        await bank.Database.ExecuteAsync(end);
        Assert.Equal(0, (await ReadAsync(bank, bank.Auditor, null))!.Connections.Total);
        Assert.Empty((await ReadAsync(bank, bank.Auditor, new(MapKind.Application, bank.App.ClientId)))!.Edges);
    }

    [Fact]
    public async Task An_environment_counts_its_own_grants()
    {
        await using var bank = await GrantedAsync();
        Assert.Equal(0, (await ReadAsync(bank, bank.Olivia, new(MapKind.Api, "payments"), "sandbox:"))!.Connections.Total);
        Assert.Equal(1, (await ReadAsync(bank, bank.Olivia, new(MapKind.Api, "payments"), "production:"))!.Connections.Total);
    }

    [Fact]
    public async Task A_start_is_found_by_a_part_of_its_name()
    {
        await using var bank = await GrantedAsync();
        Assert.Equal(
            ["Team payments", "Api payments"], (await bank.Use<MapReader>().FindAsync(bank.Stranger, "paym", default)).Select(e => $"{e.Kind} {e.Name}"));
        Assert.Empty(await bank.Use<MapReader>().FindAsync(bank.Stranger, "%", default));
        Assert.Equal("Mobile app", Assert.Single(await bank.Use<MapReader>().FindAsync(bank.Dirk, "mobile", default)).Title);
    }

    private async Task<Bank> GrantedAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("listPayments", "getPayment");
        return bank;
    }

    /// <param name="bank">Where.</param>
    /// <param name="reader">Who looks.</param>
    /// <param name="start">From where.</param>
    /// <param name="open">Teams to open; a name with a colon is an environment.</param>
    private static Task<MapView?> ReadAsync(Bank bank, Actor reader, MapStart? start, params string[] open) => bank.Use<MapReader>().ReadAsync(
        reader,
        new(start, open.FirstOrDefault(o => o.EndsWith(':'))?.TrimEnd(':'), MapDirection.Both, 2, [.. open.Where(o => !o.EndsWith(':'))], 12, new()),
        default);

    private static string Told(MapConnection row) => $"{row.From.Title} {row.To.Title} {row.Grants}";
}
