using Marketplace.Contracts.Policy;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Host.Tests.Drills;

/// <summary>PostgreSQL is killed, or its disk is full: who lives on what is in memory goes on, and says so.</summary>
[Collection(World.Name)]
public sealed class DatabaseDrills(World world)
{
    [Fact]
    public async Task Without_postgresql_every_token_is_issued_and_the_planes_say_since_when_they_hear_nothing()
    {
        var drill = await Drill.BeginAsync(world);

        await world.Database.KillAsync();
        await Eventually.HoldsAsync(async () => (await world.Tokens.HealthAsync()).Contains("the database does not answer", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        await drill.EachSaysAsync(health => health.IsDegraded && health.Data.GetValueOrDefault("controlPlane")?.Contains("database", StringComparison.Ordinal) == true, TimeSpan.FromSeconds(20));
        Assert.Contains("the database does not answer", await world.Control.HealthAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(world.Governance.HealthAsync);
        // What the control plane cannot confirm does not count as confirmed.
        foreach (var plane in world.DataPlanes) await plane.MeasuresAsync("marketplace", 4, 60);
        await world.Database.StartAsync();

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(20));
        await world.RecoverRowsAsync();
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        foreach (var plane in new[] { world.Governance, world.Tokens, world.Control })
            await Eventually.HoldsAsync(async () => !(await plane.HealthAsync()).Contains("Degraded", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        drill.NoTokenWasMissed();
        await drill.CountAsync();
    }

    [Fact]
    public async Task With_postgresql_s_disk_full_a_revocation_is_refused_to_its_face_or_enforced_and_never_lost()
    {
        var drill = await Drill.BeginAsync(world);

        using (world.Disks.Fill(world.DiskOf("database")))
        {
            var full = await Assert.ThrowsAnyAsync<NpgsqlException>(() => world.Rows.ExecuteAsync("create table ballast as select repeat('x', 1000) from generate_series(1, 20000)"));
            Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
            var refused = await Record.ExceptionAsync(drill.RevokeAsync);
            if (refused is null) await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
            await drill.EachSaysAsync(health => health.IsHealthy, TimeSpan.FromSeconds(15));
        }
        if (world.Loads[0].LastOfRevocable != ReasonCode.GrantEnded)
        {
            await world.RecoverRowsAsync();
            await drill.RevokeAsync();
        }

        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        drill.NoTokenWasMissed();
        await drill.CountAsync();
    }
}
