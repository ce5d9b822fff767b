using Marketplace.Core.Access;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Testing;
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

    [Theory]
    [InlineData("update audit_event set reason = 'another' where sequence = 2")]
    [InlineData("update audit_event set actor = 'Somebody Else' where sequence = 2")]
    [InlineData("update audit_event set at = at + interval '1 hour' where sequence = 2")]
    [InlineData("update audit_event set content = replace(content, 'payments', 'accounts') where sequence = 2")]
    [InlineData("delete from audit_event where sequence = 2")]
    public async Task An_altered_or_removed_event_is_found(string attack)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));

        Assert.Equal(1, await bank.Database.ExecuteAsync(attack));

        Assert.Equal(2, await bank.Use<AuditReader>().FirstBrokenAsync(default));
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

    [Theory]
    [InlineData("update audit_event set reason = 'x'")]
    [InlineData("delete from audit_event")]
    [InlineData("delete from access_grant")]
    [InlineData("truncate audit_event")]
    [InlineData("delete from policy_change")]
    public async Task The_governance_role_cannot_rewrite_history(string attack)
    {
        await using var bank = await Bank.OpenAsync(postgres);
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
