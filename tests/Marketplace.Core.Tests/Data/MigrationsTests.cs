using Marketplace.Core.Access.Grants;
using Marketplace.Core.Data;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Data;

public sealed class MigrationsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly MigrationScript First = new(1, "0001_first", "create table thing (id integer primary key);");
    private static readonly MigrationScript Second = new(2, "0002_second", "insert into thing values (1);");

    [Fact]
    public async Task Scripts_are_applied_in_order_and_only_once()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        Assert.Equal(["0001_first"], await new Migrations(database.DataSource, [First]).ApplyAsync());
        Assert.Equal(["0002_second"], await new Migrations(database.DataSource, [First, Second]).ApplyAsync());
        Assert.Empty(await new Migrations(database.DataSource, [First, Second]).ApplyAsync());

        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from thing"));
        Assert.Equal(First.Checksum + " " + Second.Checksum,
            await database.ScalarAsync<string>("select string_agg(checksum, ' ' order by version) from schema_migration"));
    }

    [Fact]
    public async Task Many_runners_at_once_apply_each_script_once()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        MigrationScript[] scripts = [First with { Sql = First.Sql + " select pg_sleep(0.2);" }, Second];

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new Migrations(database.DataSource, scripts).ApplyAsync()));

        Assert.Equal(["0001_first", "0002_second"], results.SelectMany(names => names).Order());
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from thing"));
    }

    [Fact]
    public async Task A_script_changed_after_it_was_applied_is_refused()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await new Migrations(database.DataSource, [First]).ApplyAsync();

        var changed = new Migrations(database.DataSource, [First with { Sql = First.Sql + " -- more" }, Second]);

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => changed.ApplyAsync());
        Assert.Contains("0001_first was changed after it was applied", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from thing"));
    }

    [Fact]
    public async Task A_failing_script_leaves_nothing_behind()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var failing = new MigrationScript(2, "0002_failing", "insert into thing values (7);\ninsert into nowhere values (1);");

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => new Migrations(database.DataSource, [First, failing]).ApplyAsync());

        Assert.Contains("0002_failing failed and was rolled back: relation \"nowhere\" does not exist", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from thing"));
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from schema_migration"));
    }

    [Fact]
    public async Task A_database_of_a_newer_build_is_refused()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await new Migrations(database.DataSource, [First, Second]).ApplyAsync();

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => new Migrations(database.DataSource, [First]).ApplyAsync());

        Assert.Contains("0002_second", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_ends_of_a_checkout_do_not_count_as_a_change()
    {
        Assert.Equal(new MigrationScript(1, "a", "select 1;\nselect 2;").Checksum, new MigrationScript(1, "a", "select 1;\r\nselect 2;").Checksum);
        Assert.NotEqual(new MigrationScript(1, "a", "select 1;").Checksum, new MigrationScript(1, "a", "select 2;").Checksum);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public void A_gap_or_a_double_in_the_numbers_is_refused(int one, int other)
    {
        Assert.Throws<MigrationException>(() => MigrationScript.InOrder([First with { Version = one }, Second with { Version = other }]));
    }

    [Fact]
    public async Task Policies_in_which_something_is_suspended_already_are_told_again_by_the_script_that_names_it()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "db/migrations/0058_grant_suspended.sql"));
        var head = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        await bank.Database.ExecuteAsync(script);
        Assert.Equal(head, await bank.Database.ScalarAsync<long>("select revision from policy_head"));

        await bank.GrantAsync("listPayments", "getPayment");
        Assert.True((await bank.Use<SuspendGrants>().ExecuteAsync(bank.Olivia, new(bank.App.ClientId), null, "Odd calls.", default)).Succeeded);
        head = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        await bank.Database.ExecuteAsync(script);
        Assert.Equal(head + 1, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Equal(
            $"{head + 1} 1 suspended {bank.Payments.Id} production",
            await bank.Database.ScalarAsync<string>($"select string_agg(concat_ws(' ', revision, position, kind, api_version_id, environment), ';') from policy_change where revision > {head}"));
    }
}
