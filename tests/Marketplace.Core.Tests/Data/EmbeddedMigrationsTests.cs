using Marketplace.Core.Data;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Data;

public sealed class EmbeddedMigrationsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Every_script_of_db_migrations_applies_to_an_empty_database()
    {
        var files = Directory.GetFiles(Repository.File("db", "migrations"), "*.sql").Select(Path.GetFileNameWithoutExtension).Order();
        Assert.NotEmpty(files);

        await using var database = await postgres.CreateEmptyDatabaseAsync();

        Assert.Equal(files, await new Migrations(database.DataSource).ApplyAsync());
        Assert.True(await new Migrations(database.DataSource).AreAppliedAsync());
    }

    [Fact]
    public async Task A_test_database_is_a_migrated_copy_of_its_own()
    {
        await using var one = await postgres.CreateDatabaseAsync();
        await using var other = await postgres.CreateDatabaseAsync();
        await one.ExecuteAsync("create table mine (id integer)");

        Assert.True(await new Migrations(other.DataSource).AreAppliedAsync());
        Assert.Equal(0L, await other.ScalarAsync<long>("select count(*) from pg_tables where tablename = 'mine'"));
    }
}
