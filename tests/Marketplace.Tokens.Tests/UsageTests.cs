using Marketplace.Core.Usage;
using Marketplace.Testing;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;
using Marketplace.Tokens.Usage;

namespace Marketplace.Tokens.Tests;

public sealed class UsageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan SomeFlushes = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Every_issue_is_counted_per_application_audience_and_minute_and_every_refusal_by_its_reason()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("listPayments");
        await using var server = await TokenServer.StartAsync(bank);
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await AskAsync(server, bank, TokenServer.Production)).Status);
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await AskAsync(server, bank, TokenServer.Production)).Status);
        Assert.Equal(200, (await AskAsync(server, bank, TokenPlaneOptions.ControlAudience)).Status);
        Assert.Equal("invalid_target", (await AskAsync(server, bank, "urn:none")).Error);
        Assert.Equal("invalid_client", (await server.PostAsync("nobody", "wrong", ("grant_type", "client_credentials"))).Error);

        await server.UntilAsync(async () => await TotalAsync(bank) == 7, SomeFlushes);
        var rows = await bank.Database.ScalarAsync<string>(
            $"""
            select string_agg(concat_ws(' ', case when application_id = '{await ApplicationAsync(bank)}' then 'ours' else coalesce(application_id::text, 'unknown') end, audience, reason, count),
              '; ' order by minute, audience, reason) from token_usage
            """);
        Assert.Equal(
            "ours urn:marketplace:payments:v1:production  3; unknown  invalid_client 1; ours  invalid_target 1; "
            + "ours urn:marketplace:control  1; ours urn:marketplace:payments:v1:production  1",
            rows);
    }

    [Fact]
    public async Task Two_replicas_add_to_the_same_count()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        await using var replica = await TokenServer.StartAsync(bank);
        for (var i = 0; i < 10; i++)
            await Task.WhenAll(AskAsync(server, bank, TokenPlaneOptions.ControlAudience), AskAsync(replica, bank, TokenPlaneOptions.ControlAudience));

        await server.UntilAsync(async () => await TotalAsync(bank) == 20, SomeFlushes);
        Assert.Equal(1, await bank.Database.ScalarAsync<long>("select count(*) from token_usage"));
    }

    [Fact]
    public async Task Counts_outlive_a_kill_but_for_the_last_seconds()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var options = new HostProcessOptions
        {
            ConnectionString = bank.Database.ConnectionString,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Planes"] = "token" },
        };
        await using (var host = await HostProcess.StartAsync(options))
        {
            await AskHostAsync(host, bank, 50);
            await Eventually.HoldsAsync(async () => await TotalAsync(bank) == 50, SomeFlushes);
            await AskHostAsync(host, bank, 10);
            host.Process.Signal(9);
            await host.Process.Exit;
        }
        Assert.InRange(await TotalAsync(bank), 50, 60);

        var before = await TotalAsync(bank);
        await using (var again = await HostProcess.StartAsync(options))
            await AskHostAsync(again, bank, 5);
        // An orderly end leaves nothing behind.
        Assert.Equal(before + 5, await TotalAsync(bank));
    }

    [Fact]
    public async Task Without_the_database_issuing_goes_on_and_its_counts_arrive_afterwards()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            for (var i = 0; i < 50; i++)
                Assert.Equal(200, (await AskAsync(server, bank, TokenPlaneOptions.ControlAudience)).Status);
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
        await server.UntilAsync(async () => await TotalAsync(bank) == 50, SomeFlushes);
    }

    [Fact]
    public void While_nothing_can_be_written_memory_is_bounded_and_no_count_is_lost()
    {
        var clock = new ManualTimeProvider();
        var counts = new UsageCounts(clock) { MaxDetailed = 100 };
        for (var i = 0; i < 5_000; i++)
        {
            counts.Issued(Some(), $"urn:{i}");
            counts.Refused(null, TokenRefusal.InvalidClient);
            if (i % 100 == 0)
                counts.PutBack(counts.Take());
        }

        Assert.InRange(counts.Count, 100, 103);
        Assert.Equal(10_000, counts.Take().Sum(c => c.Value));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(counts.Take());
        Assert.Equal(0, counts.Count);
    }

    [Fact]
    public async Task Counting_while_counts_are_taken_loses_none()
    {
        var counts = new UsageCounts(TimeProvider.System);
        var client = Some();
        var counting = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
                counts.Issued(client, $"urn:{n % 2}");
        })));
        var taken = 0L;
        while (!counting.IsCompleted)
            taken += counts.Take().Sum(c => c.Value);
        await counting;
        Assert.Equal(200_000, taken + counts.Take().Sum(c => c.Value));
    }

    [Fact]
    public async Task Teams_see_their_own_applications_and_platform_roles_see_all()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        await AskAsync(server, bank, TokenPlaneOptions.ControlAudience);
        await AskAsync(server, bank, "urn:none");
        await server.PostAsync("nobody", "wrong", ("grant_type", "client_credentials"));
        await server.UntilAsync(async () => await TotalAsync(bank) == 3, SomeFlushes);

        async Task<(long, long, int)> SeenAsync(Core.People.Actor actor)
        {
            var report = await bank.Use<TokenUsageReader>().ReadAsync(actor, TimeSpan.FromMinutes(1), 60, default);
            return (report.Points.Sum(p => p.Issued), report.Points.Sum(p => p.Refused), report.Issues.Count);
        }

        Assert.Equal((1, 2, 1), await SeenAsync(bank.Auditor));
        Assert.Equal((1, 1, 1), await SeenAsync(bank.Dirk));
        Assert.Equal((0, 0, 0), await SeenAsync(bank.Olivia));
    }

    private static Client Some() => new(Guid.CreateVersion7(), "some", Guid.Empty, [], new Dictionary<TargetKey, ClientGrants>());

    private static Task<TokenAnswer> AskAsync(TokenServer server, Bank bank, string resource) =>
        server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", resource));

    private static async Task AskHostAsync(HostProcess host, Bank bank, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, TokenPlane.TokenPath)
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", TokenPlaneOptions.ControlAudience)]),
            };
            request.Headers.TryAddWithoutValidation("Authorization", TokenServer.Basic(bank.App.ClientId, bank.App.Secret!));
            using var answer = await host.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private static async Task<long> TotalAsync(Bank bank) =>
        await bank.Database.ScalarAsync<long>("select coalesce(sum(count), 0)::bigint from token_usage");

    private static async Task<Guid> ApplicationAsync(Bank bank) =>
        await bank.Database.ScalarAsync<Guid>($"select id from application where client_id = '{bank.App.ClientId}'");
}
