using System.Net.Http.Headers;
using Marketplace.Contracts.Policy;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>What the control plane is told by the pulls themselves, and what owners read of it.</summary>
public sealed class DataPlaneTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Snapshot = "control/v1/snapshots/payments/v1/production";
    private Bank bank = null!;
    private PlaneServer server = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("listPayments", "getPayment");
        var service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        server = await PlaneServer.StartAsync(bank);
        using var tokens = server.TokensOf(service, bank.Clock);
        http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(ControlAddress.Audience));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task A_change_is_shown_as_enforced_when_each_data_plane_asks_for_what_follows_it()
    {
        var first = await PullAsync("pod-1", null);
        foreach (var pod in new[] { "pod-1", "pod-2" })
            await PullAsync(pod, first);
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count == 2, TimeSpan.FromSeconds(5));

        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "getPayment");
        var revoked = (await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Over.", default)).Value!.Revision!.Value;
        await server.SettleAsync(bank);
        Assert.Equal((2, 0, null), await ReachAsync(revoked));

        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await PullAsync("pod-1", first);
        await PullAsync("pod-1", second);
        await Eventually.HoldsAsync(async () => await ReachAsync(revoked) == (2, 1, 1.0), TimeSpan.FromSeconds(5));
        Assert.Equal([("pod-1", DataPlaneState.Current), ("pod-2", DataPlaneState.Lagging)], await StatesAsync());

        bank.Clock.Advance(TimeSpan.FromSeconds(2));
        await PullAsync("pod-2", second);
        await Eventually.HoldsAsync(async () => await ReachAsync(revoked) == (2, 2, 3.0), TimeSpan.FromSeconds(5));
        Assert.All(await StatesAsync(), plane => Assert.Equal(DataPlaneState.Current, plane.State));

        // One that starts later had nothing to be late with.
        await PullAsync("pod-3", second);
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count == 3, TimeSpan.FromSeconds(5));
        Assert.Equal((2, 2, 3.0), await ReachAsync(revoked));

        bank.Clock.Advance(TimeSpan.FromMinutes(3));
        await PullAsync("pod-1", second);
        await Eventually.HoldsAsync(
            async () => (await StatesAsync()).SequenceEqual([("pod-1", DataPlaneState.Current), ("pod-2", DataPlaneState.Silent), ("pod-3", DataPlaneState.Silent)]),
            TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("\"999999.abcdefgh\"")]
    [InlineData("\"-1.abcdefgh\"")]
    [InlineData("\"nothing of ours\"")]
    [InlineData("\"\"")]
    public async Task What_nobody_can_hold_is_not_noted(string tag)
    {
        await PullAsync("liar", tag);
        await PullAsync("honest", await PullAsync("honest", null));
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count > 0, TimeSpan.FromSeconds(5));

        Assert.Equal("honest", Assert.Single(await PlanesAsync()).Instance);
    }

    [Fact]
    public async Task A_name_that_is_none_counts_as_none()
    {
        var tag = await PullAsync("", null);
        foreach (var name in new[] { "<script>", new string('x', 65), "a b", "" })
            await PullAsync(name, tag);
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count > 0, TimeSpan.FromSeconds(5));

        Assert.Equal("", Assert.Single(await PlanesAsync()).Instance);
    }

    [Fact]
    public async Task One_client_fills_no_memory_with_instances()
    {
        var tag = await PullAsync("pod", null);
        for (var i = 0; i < DataPlanes.Sightings.MostPerClient + 20; i++)
            await PullAsync($"pod-{i}", tag);

        await Eventually.HoldsAsync(
            async () => await bank.Database.ScalarAsync<long>("select count(*) from data_plane") == DataPlanes.Sightings.MostPerClient, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Of_pulls_of_one_instance_at_once_each_takes_the_same_room()
    {
        var sightings = new DataPlanes.Sightings(bank.Clock);
        var line = new Snapshots.SnapshotKey(Guid.NewGuid(), "production");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < DataPlanes.Sightings.MostPerClient - 100; i++)
                sightings.Note(new(line, "app", $"pod-{i}"), 1, 1);
        })));
        for (var i = 0; i < 200; i++)
            sightings.Note(new(line, "app", $"late-{i}"), 1, 1);

        Assert.Equal(DataPlanes.Sightings.MostPerClient, sightings.News().Count);
    }

    [Fact]
    public async Task What_a_replica_heard_before_another_did_is_no_news_after_it()
    {
        var first = await PullAsync("pod", null);
        await PullAsync("pod", first);
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count == 1, TimeSpan.FromSeconds(5));
        var held = (await PlanesAsync())[0].Revision;
        // Another replica was asked a minute later, and wrote first.
        await bank.Database.ExecuteAsync(
            $"insert into data_plane_revision select api_version_id, environment, client_id, instance, {held + 5}, enforced_at from data_plane_revision; "
            + $"update data_plane set revision = {held + 5}, seen_at = seen_at + interval '3 minutes'");
        bank.Clock.Advance(TimeSpan.FromMinutes(2));
        await PullAsync("pod", first);
        await PullAsync("other", first);
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count == 2, TimeSpan.FromSeconds(5));

        Assert.Equal(held + 5, (await PlanesAsync()).Single(plane => plane.Instance == "pod").Revision);
    }

    [Fact]
    public async Task What_a_data_plane_has_enforced_for_longer_than_history_is_kept_is_still_shown()
    {
        await PullAsync("pod", await PullAsync("pod", null));
        await Eventually.HoldsAsync(async () => (await PlanesAsync()).Count == 1, TimeSpan.FromSeconds(5));
        await bank.Database.ExecuteAsync(
            "insert into data_plane_revision select api_version_id, environment, client_id, instance, 0, enforced_at from data_plane_revision; "
            + "update data_plane_revision set enforced_at = enforced_at - interval '31 days'");

        bank.Clock.Advance(TimeSpan.FromHours(2));
        await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from data_plane_revision where revision = 0") == 0, TimeSpan.FromSeconds(10));

        Assert.Equal("pod", Assert.Single(await PlanesAsync()).Instance);
    }

    [Fact]
    public async Task Data_planes_that_hold_more_than_a_restored_database_knows_are_told_of_and_come_back_with_one_statement()
    {
        var lost = await bank.Database.ScalarAsync<long>("select revision from policy_head") + 50;
        var held = $"\"{lost}.abcdefgh\"";
        Assert.True(Revision(await PullAsync("pod", held)) < lost);
        await PullAsync("liar", $"\"{long.MaxValue}.abcdefgh\"");
        // Perhaps another replica is a moment ahead.
        Assert.DoesNotContain("policy_restored", await server.HealthReasonAsync(), StringComparison.Ordinal);
        bank.Clock.Advance(TimeSpan.FromSeconds(11));
        await PullAsync("pod", held);
        Assert.Contains($"select policy_restored({lost})", await server.HealthReasonAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => bank.Database.ScalarAsync<long>($"select policy_restored({long.MaxValue - 1})"));

        Assert.Equal(lost + 1, await bank.Database.ScalarAsync<long>($"select policy_restored({lost})"));
        await server.SettleAsync(bank);

        foreach (var environment in new[] { "production", "sandbox" })
            Assert.Equal(lost + 1, Revision(await PullAsync("pod", held, environment)));
        Assert.DoesNotContain("policy_restored", await server.HealthReasonAsync(), StringComparison.Ordinal);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task Only_the_lines_team_and_those_who_read_everything_see_what_enforces_it()
    {
        var reader = bank.Use<DataPlaneReader>();
        Assert.Null(await reader.ListAsync(bank.Dirk, "payments", "v1", "production", new(), default));
        Assert.Null(await reader.ChangesAsync(bank.Dirk, "payments", "v1", "production", default));
        Assert.NotNull(await reader.ChangesAsync(bank.Olivia, "payments", "v1", "production", default));
    }

    private static long Revision(string tag) => long.Parse(tag.AsSpan()[1..tag.IndexOf('.', StringComparison.Ordinal)]);

    private async Task<string> PullAsync(string instance, string? tag, string environment = "production")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ControlAddress.Following(Snapshot.Replace("production", environment, StringComparison.Ordinal), tag, 0));
        request.Headers.TryAddWithoutValidation(ControlAddress.InstanceHeader, instance);
        using var response = await http.SendAsync(request);
        return response.EnsureSuccessStatusCode().Headers.ETag!.Tag;
    }

    private async Task<IReadOnlyList<DataPlaneRow>> PlanesAsync() =>
        (await bank.Use<DataPlaneReader>().ListAsync(bank.Olivia, "payments", "v1", "production", new(), default))!.Items;

    private async Task<IEnumerable<(string, DataPlaneState State)>> StatesAsync() =>
        (await PlanesAsync()).Select(plane => (plane.Instance, plane.State)).OrderBy(plane => plane.Instance, StringComparer.Ordinal);

    private async Task<(int, int, double?)> ReachAsync(long revision)
    {
        var changes = await bank.Use<DataPlaneReader>().ChangesAsync(bank.Olivia, "payments", "v1", "production", default);
        var change = changes!.Single(c => c.Revision == revision);
        return (change.DataPlanes, change.Enforced, change.LastAt is { } last ? (last - change.At).TotalSeconds : null);
    }
}
