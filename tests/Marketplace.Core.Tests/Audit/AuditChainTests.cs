using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Tests.Audit;

public sealed class AuditChainTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_chain_holds_after_many_changes_at_once()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bank.Use<Core.Applications.RegisterApplication>()
            .ExecuteAsync(bank.Dirk, new("channels", $"App {i}", ""), default)));

        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
        Assert.Equal(21L, await bank.Database.ScalarAsync<long>("select max(sequence) from audit_event where action = 'application.registered'"));
    }

    [Fact]
    public async Task Events_that_are_written_together_are_chained_and_found_as_those_written_one_by_one()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        foreach (var name in new[] { "Second", "Third" })
        {
            var made = (await bank.Use<Core.Applications.RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", name, ""), default)).Value!;
            var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment") with { ClientId = made.ClientId }, default)).Value;
            Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new OperationDecision("getPayment", true, null)], default)).Succeeded);
        }

        // Whoever else appends waits for the last of them.
        var suspended = bank.Use<SuspendGrants>().ExecuteAsync(bank.Olivia, new(Api: "payments"), null, "An \"incident\" – 7.", default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => bank.Use<Core.Applications.RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", $"App {i}", ""), default)));
        Assert.Equal(4, (await suspended).Value!.Grants);

        var verified = await bank.Use<AuditReader>().VerifyAsync(default);
        Assert.Empty(verified.Findings);
        await using var db = await bank.OpenAsync();
        var events = await db.AuditEvents.Where(e => e.Action == "grant.suspended").OrderBy(e => e.Sequence).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 3).Select(i => events[0].Sequence + i), events.Select(e => e.Sequence));
        Assert.Equal(["Mobile app", "Second", "Third"], events.Select(e => e.Subject.Split(" → ")[0]).Select(client => db.Applications.Single(a => a.ClientId == client).Name));
        foreach (var one in events)
        {
            var about = await db.Set<AuditAbout>().Where(a => a.Sequence == one.Sequence).OrderBy(a => a.Kind).ThenBy(a => a.Id).Select(a => $"{a.Kind}:{a.Id}").ToListAsync();
            Assert.Equal((await AuditAbout.OfAsync(db, "grant", one.SubjectId, default)).Select(a => a.ToString()), about);
            Assert.Equal(4, about.Count);
        }
    }

    [Fact]
    public async Task Whatever_is_altered_in_an_event_is_found()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        foreach (var number in Enumerable.Range(1, 8))
            await bank.Use<Core.Applications.RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", $"App {number}", ""), default);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
        string[] attacks =
        [
            "update audit_event set reason = 'another' where sequence = 2",
            "update audit_event set actor = 'Somebody Else' where sequence = 3",
            "update audit_event set at = at + interval '1 hour' where sequence = 4",
            "update audit_event set content = replace(content, 'channels', 'accounts') where sequence = 5",
            "update audit_event set channel = 'portal' where sequence = 6",
            "insert into audit_about values ('team', gen_random_uuid(), 7)",
            "update audit_event set content = 'no JSON' where sequence = 8",
            "update audit_event set content = '' where sequence = 9",
            "delete from audit_event where sequence = 10",
        ];

        foreach (var attack in attacks)
            Assert.Equal(1, await bank.Database.ExecuteAsync(attack));

        var found = (await bank.Use<AuditReader>().VerifyAsync(default)).Findings.Select(f => f.Sequence).Distinct();
        Assert.Equal(Enumerable.Range(2, attacks.Length).Select(n => (long)n), found);
    }

    [Fact]
    public async Task Events_taken_off_the_end_are_missed()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var last = await bank.Database.ScalarAsync<long>("select max(sequence) from audit_event");

        Assert.Equal(1, await bank.Database.ExecuteAsync($"delete from audit_event where sequence = {last}"));

        Assert.Equal(last, await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task The_governance_role_cannot_rewrite_history()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        foreach (var attack in new[]
        {
            "update audit_event set reason = 'x'", "delete from audit_event", "truncate audit_event", "drop table audit_event",
            "alter table audit_event add column more text", "alter table audit_event disable trigger all",
            "update audit_about set id = gen_random_uuid()", "delete from audit_about",
            "update audit_checkpoint set sequence = 0", "delete from audit_checkpoint", "update audit_key set kid = ''", "delete from audit_head",
            "update audit_retention set years = 1", "delete from audit_retention", "insert into audit_retention values (false, 1)",
            "delete from access_grant", "delete from policy_change",
        })
            await RefusedAsync(bank, "marketplace_governance", attack);
    }

    [Theory]
    [InlineData("marketplace_token")]
    [InlineData("marketplace_control")]
    public async Task The_token_and_control_planes_cannot_write_grants(string role)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await RefusedAsync(bank, role, "update access_grant set valid_until = now()");
        await RefusedAsync(bank, role, "insert into access_grant select * from access_grant");
        await RefusedAsync(bank, role, "update access_request_item set decision = 'approved'");
        await RefusedAsync(bank, role, "select * from person");
    }

    private static async Task RefusedAsync(Bank bank, string role, string sql)
    {
        await using var source = NpgsqlDataSource.Create(bank.Database.ConnectionString + $";Options=-c role={role}");
        await using var command = source.CreateCommand(sql);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }
}
