using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Core.Tests.Data;

public sealed class PlaneDataTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(Plane.Governance)]
    [InlineData(Plane.Token)]
    [InlineData(Plane.Control)]
    public async Task Each_plane_works_under_its_own_role(string plane)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var services = new ServiceCollection().AddPlaneData(database.ConnectionString).BuildServiceProvider();

        await using var context = services.GetRequiredKeyedService<IDbContextFactory<MarketplaceDb>>(plane).CreateDbContext();

        Assert.Equal($"marketplace_{plane}", await context.Database.SqlQuery<string>($"""select current_user::text as "Value" """).SingleAsync());
    }

    [Theory]
    [InlineData(Plane.Token)]
    [InlineData(Plane.Control)]
    public async Task The_token_and_control_planes_read_grants_and_cannot_write_them(string plane)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(PlaneData.UnderRole(database.ConnectionString, plane));

        await using var read = source.CreateCommand("select count(*) from access_grant");
        Assert.Equal(0L, await read.ExecuteScalarAsync());

        foreach (var statement in new[] { "delete from access_grant", "update access_grant set valid_until = now()", "insert into access_grant default values", "update policy_head set revision = 0" })
        {
            await using var write = source.CreateCommand(statement);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    [Fact]
    public async Task Nobody_rewrites_the_audit_trail()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(PlaneData.UnderRole(database.ConnectionString, Plane.Governance));

        foreach (var statement in new[] { "delete from audit_event", "update audit_event set reason = ''", "truncate audit_event" })
        {
            await using var write = source.CreateCommand(statement);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }
}
