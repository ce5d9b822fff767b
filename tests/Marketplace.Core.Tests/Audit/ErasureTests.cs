using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Tests.Audit;

public sealed class ErasureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Content_that_two_people_erased_leaves_a_chain_that_holds_and_tells_any_other_hole()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var last = await AgeAsync(bank);
        var erase = bank.Use<EraseAudit>();
        var eightYears = bank.Clock.GetUtcNow().AddYears(-8);
        Assert.Equal("too_young", (await erase.AskAsync(bank.Admin, bank.Clock.GetUtcNow().AddYears(-6), "Law.", default)).Problems[0].Code);
        var asked = await erase.AskAsync(bank.Admin, eightYears, "Kept for as long as the law asks.", default);
        Assert.Equal(Problem.Forbidden, (await erase.ConfirmAsync(bank.Admin, asked.Value, default)).Problems[0].Code);
        Assert.Equal(Problem.Forbidden, (await erase.ConfirmAsync(bank.Auditor, asked.Value, default)).Problems[0].Code);

        Assert.Equal(last, (await erase.ConfirmAsync(bank.SecurityOfficer, asked.Value, default)).Value);

        Assert.Equal(Problem.NotFound, (await erase.ConfirmAsync(bank.SecurityOfficer, asked.Value, default)).Problems[0].Code);
        var verified = await bank.Use<AuditReader>().VerifyAsync(default);
        Assert.Empty(verified.Findings);
        Assert.Equal((last, last + 2), (verified.Erased, verified.Count));
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>($"select count(*) from audit_event where sequence <= {last} and (actor <> '' or subject <> '' or content <> '')"));
        var told = (await bank.Use<AuditReader>().FindAsync(bank.Auditor, last + 2, default))!.Event;
        Assert.Equal(("audit.erased", "Sven Security", "Kept for as long as the law asks."), (told.Action, told.Actor, told.Reason));

        // Whoever takes more, or other hashes, is found out.
        await bank.Database.ExecuteAsync($"update audit_event set hash = decode(repeat('ab', 32), 'hex') where sequence = 1; update audit_event set previous_hash = decode(repeat('ab', 32), 'hex') where sequence = 2");
        Assert.Equal(1, await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task The_governance_role_erases_nothing_that_no_event_tells_of()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        // The database goes by its own clock.
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        await bank.GrantAsync("getPayment");
        await using var source = NpgsqlDataSource.Create(bank.Database.ConnectionString + ";Options=-c role=marketplace_governance");
        await using var command = source.CreateCommand("select audit_erase(1)");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);

        // Under an event that tells of it, but too young.
        var asked = await bank.Use<EraseAudit>().AskAsync(bank.Admin, bank.Clock.GetUtcNow().AddYears(-8), "Law.", default);
        await bank.Database.ExecuteAsync("update audit_erasure set before = now()");
        refused = await Assert.ThrowsAsync<PostgresException>(() => bank.Use<EraseAudit>().ConfirmAsync(bank.SecurityOfficer, asked.Value, default));
        Assert.Equal("nothing of the last 7 years is erased", refused.MessageText);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task What_the_database_is_to_keep_nobody_configures_away_and_whoever_migrates_may_change()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var erase = new EraseAudit(bank.Use<IDbContextFactory<MarketplaceDb>>(), bank.Use<AuditSigner>(), new AuditRetention(1), bank.Clock);
        var sixYears = bank.Clock.GetUtcNow().AddYears(-6);
        Assert.StartsWith("Content stays for 7 years", (await erase.AskAsync(bank.Admin, sixYears, "Law.", default)).Problems[0].Message, StringComparison.Ordinal);

        await bank.Database.ExecuteAsync("update audit_retention set years = 5");

        Assert.True((await erase.AskAsync(bank.Admin, sixYears, "Law.", default)).Succeeded);
    }

    [Fact]
    public async Task Content_taken_away_under_an_erasure_that_the_marketplace_did_not_sign_is_missed_here_as_well()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await AgeAsync(bank);
        var asked = await bank.Use<EraseAudit>().AskAsync(bank.Admin, bank.Clock.GetUtcNow().AddYears(-8), "Law.", default);
        Assert.True((await bank.Use<EraseAudit>().ConfirmAsync(bank.SecurityOfficer, asked.Value, default)).Succeeded);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));

        // Somebody else's signature in its place, and the last hash made to fit.
        await bank.Database.ExecuteAsync(
            """
            with last as (select * from audit_event order by sequence desc limit 1), forged as (
              update audit_event e set content = regexp_replace(e.content, '"statement":"[^"]+"', '"statement":"e30.e30.AAAA"'),
                hash = sha256(e.previous_hash || convert_to(regexp_replace(e.content, '"statement":"[^"]+"', '"statement":"e30.e30.AAAA"'), 'UTF8'))
              from last where e.sequence = last.sequence returning e.hash)
            update audit_head set hash = (select hash from forged)
            """);

        var verified = await bank.Use<AuditReader>().VerifyAsync(default);
        Assert.Equal(Contracts.Audit.ChainFault.ErasedUntold, Assert.Single(verified.Findings).Fault);
    }

    /// <summary>What stands on the trail now happened eleven years ago, and its chain holds. The last of it.</summary>
    private static async Task<long> AgeAsync(Bank bank)
    {
        await bank.Database.ExecuteAsync(
            """
            do $$ declare e audit_event; last bytea := decode(repeat('00', 32), 'hex');
            begin
              for e in select * from audit_event order by sequence loop
                e.content := replace(e.content, '"at":"2026-', '"at":"2015-');
                update audit_event set at = at - interval '11 years', content = e.content, previous_hash = last,
                  hash = sha256(last || convert_to(e.content, 'UTF8')) where sequence = e.sequence returning hash into last;
              end loop;
              update audit_head set hash = last;
            end $$
            """);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
        return await bank.Database.ScalarAsync<long>("select sequence from audit_head");
    }
}
