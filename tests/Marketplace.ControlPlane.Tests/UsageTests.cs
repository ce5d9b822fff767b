using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>What data planes report of the calls they decided, and what of it counts.</summary>
public sealed class UsageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank bank = null!;
    private PlaneServer server = null!;
    private RegisteredApplication service = null!;
    private HttpClient http = null!;

    private long Minute => bank.Clock.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("listPayments", "getPayment");
        service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        server = await PlaneServer.StartAsync(bank);
        http = await ClientAsync(service);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task Calls_are_added_up_by_minute_hour_and_day_and_say_when_a_grant_was_used()
    {
        var before = Minute;
        Assert.Equal((200, 3, 0), await ReportAsync(1, Row(0, 5) with { Minute = before, Errors = 2, Buckets = [3, 0, 2] }, Row(2, 1) with { Minute = before }, Row(null, 4) with { Minute = before, Client = null, Decision = "refused", Reason = ReasonCode.TokenExpired }));
        Assert.Equal((200, 2, 0), await ReportAsync(2, Row(0, 7) with { Minute = before + 60 }, Row(0, 2) with { Minute = before + 60, Decision = "refused", Reason = ReasonCode.GrantEnded }));

        Assert.Equal(
            "60 -1 refused token_expired 4 0; 60 0 allowed  12 2; 60 0 refused grant_ended 2 0; 60 2 allowed  1 0",
            (await TotalsAsync())[0]);
        Assert.Equal(["60 5", "3600 4", "86400 4"], await RowsPerSpanAsync());
        Assert.Equal("3,,2,,,,,,,,,,,|7,,,,,,,,,,,,,", await bank.Database.ScalarAsync<string>(
            $"""
            select string_agg({string.Join(" || ',' || ", Core.Usage.LatencyColumns.Names.Select(name => $"coalesce({name}::text, '')"))}, '|' order by start)
            from call_usage u join call_series s on s.id = u.series_id where span = 60 and operation = 0 and decision = 'allowed'
            """));
        Assert.Equal(
            $"getPayment {before} {before}; listPayments {before} {before + 60}",
            await bank.Database.ScalarAsync<string>(
                """
                select string_agg(concat_ws(' ', o.key, extract(epoch from first_used_at)::bigint, extract(epoch from last_used_at)::bigint), '; ' order by o.key)
                from grant_use u join operation o on o.id = u.operation_id
                """));
    }

    [Fact]
    public async Task A_grant_says_when_it_was_last_used_and_how_often()
    {
        Assert.Equal((200, 2, 0), await ReportAsync(1, Row(0, 5), Row(0, 9) with { Decision = "refused", Reason = ReasonCode.GrantEnded }));

        var grants = (await bank.GrantsAsync()).ToDictionary(grant => grant.Operation, grant => grant.Use);
        Assert.Equal(new GrantUse(DateTimeOffset.FromUnixTimeSeconds(Minute), 5), grants["listPayments"]);
        Assert.Equal(GrantUse.None, grants["getPayment"]);
    }

    [Fact]
    public async Task A_report_that_is_sent_again_counts_once_however_often_and_to_whichever_replica()
    {
        await using var replica = await PlaneServer.StartAsync(bank, server.Issuer);
        using var other = new HttpClient { BaseAddress = new Uri(replica.Address) };
        other.DefaultRequestHeaders.Authorization = http.DefaultRequestHeaders.Authorization;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ReportAsync(1, [Row(0, 5)], through: i % 2 == 0 ? http : other)));
        Assert.All(answers, answer => Assert.Equal((200, 1, 0), answer));
        Assert.Equal((200, 1, 0), await ReportAsync(2, Row(0, 10)));
        Assert.Equal((200, 1, 0), await ReportAsync(1, Row(0, 5)));
        // Another run of the same instance begins anew, and another instance counts for itself.
        Assert.Equal((200, 1, 0), await ReportAsync(1, [Row(0, 100)], start: 2));
        Assert.Equal((200, 1, 0), await ReportAsync(1, [Row(0, 1000)], instance: "pod-2"));

        Assert.Equal(1115, await TotalAsync());
    }

    [Fact]
    public async Task Without_the_database_nothing_is_acknowledged_and_afterwards_each_report_counts_once()
    {
        Assert.Equal(200, (await ReportAsync(1, Row(0, 1))).Status);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            Assert.Equal("503 reports_not_written", await RefusalAsync(2, Row(0, 10)));
            Assert.Equal("503 reports_not_written", await RefusalAsync(2, Row(0, 10)));
        }

        await Eventually.HoldsAsync(async () => (await ReportAsync(2, Row(0, 10))).Status == 200, TimeSpan.FromSeconds(20));
        Assert.Equal((200, 1, 0), await ReportAsync(2, Row(0, 10)));
        Assert.Equal(11, await TotalAsync());
    }

    [Fact]
    public async Task What_is_forged_or_oversized_is_refused_with_a_reason_and_counted_for_administrators()
    {
        Assert.Equal("400 counts_invalid", await RefusalAsync(1, Row(0, 5) with { Count = -5 }));
        Assert.Equal("400 minute_in_future", await RefusalAsync(1, Row(0, 5) with { Minute = Minute + 600 }));
        Assert.Equal("413 report_too_large", await RefusalAsync(1, [.. Enumerable.Repeat(Row(0, 1), UsageLimits.MaxRows + 1)]));
        using (var huge = await http.PostAsync("/" + UsageReport.Path, new ByteArrayContent(new byte[UsageLimits.MaxBytes + 1])))
            Assert.Equal(413, (int)huge.StatusCode);
        using (var chunked = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path) { Content = new ByteArrayContent(new byte[UsageLimits.MaxBytes + 1]) })
        {
            chunked.Headers.TransferEncodingChunked = true;
            using var answer = await http.SendAsync(chunked);
            Assert.Equal(413, (int)answer.StatusCode);
        }

        Assert.Equal("404 not_found", await RefusalAsync(1, [Row(0, 1)], api: "nothing"));
        using (var stranger = await ClientAsync(bank.App))
            Assert.Equal("403 not_the_owner", await RefusalAsync(1, [Row(0, 1)], through: stranger));
        using (var nobody = new HttpClient { BaseAddress = new Uri(server.Address) })
            Assert.Equal("401 token_missing", await RefusalAsync(1, [Row(0, 1)], through: nobody));
        // What a restored database does not know is left out; the rest of an honest report counts.
        Assert.Equal((200, 1, 3), await ReportAsync(1, Row(0, 1), Row(99, 1), Row(0, 1) with { Client = "nobody" },
            Row(null, 1) with { Client = "nobody", Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = "/x" }));

        Assert.Equal(1, await TotalAsync());
        Assert.Equal(0, await bank.Database.ScalarAsync<long>("select count(*) from unmatched_call"));
        const string Refused = "select string_agg(concat_ws(' ', case client_id when '' then 'nobody' else 'somebody' end, reason, count), ', ' order by reason) from control_refusal where kind = 'usage'";
        await Eventually.HoldsAsync(
            async () => await bank.Database.ScalarAsync<string>(Refused) ==
                "somebody counts_invalid 1, somebody minute_in_future 1, somebody not_found 1, somebody not_the_owner 1, somebody report_too_large 3, somebody rows_ignored 1, nobody token_missing 1",
            TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Who_reports_too_often_is_told_to_wait()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Usage.UsageRate.Burst + 5).Select(i => RefusalAsync(i + 1, [Row(0, -1)], instance: "hasty")));

        Assert.Equal(Usage.UsageRate.Burst, answers.Count(answer => answer == "400 counts_invalid"));
        Assert.Equal(5, answers.Count(answer => answer == "429 reports_too_often"));
        Assert.Equal("400 counts_invalid", await RefusalAsync(1, [Row(0, -1)], instance: "calm"));
    }

    [Fact]
    public async Task What_no_operation_matched_is_kept_by_path_as_far_as_there_is_room()
    {
        var rows = Enumerable.Range(0, 600).Select(i => Row(null, i + 1) with
        {
            Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = $"/old/{i}",
        }).ToArray();
        Assert.Equal((200, 600, 0), await ReportAsync(1, rows));
        Assert.Equal((200, 600, 0), await ReportAsync(2, rows));

        // The busiest of them, and once there still counted.
        Assert.Equal("250 /old/599 1200", await bank.Database.ScalarAsync<string>(
            "select count(*) || ' ' || (select path || ' ' || count from unmatched_call order by count desc limit 1) from unmatched_call"));
        Assert.Equal(600 * 601, await TotalAsync());
    }

    [Fact]
    public async Task Paths_that_strangers_invent_leave_room_for_those_of_applications()
    {
        var row = Row(null, 1_000) with { Client = null, Decision = "let_through", Reason = ReasonCode.TokenMissing, Method = "GET" };
        await ReportAsync(1, [.. Enumerable.Range(0, 600).Select(i => row with { Path = $"/junk/{i}" })]);
        await ReportAsync(2, [.. Enumerable.Range(0, 600).Select(i => Row(null, 1) with { Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = $"/old/{i}" })]);

        Assert.Equal("250 250", await bank.Database.ScalarAsync<string>(
            "select count(*) filter (where client_id = '') || ' ' || count(*) filter (where client_id <> '') from unmatched_call"));
    }

    [Fact]
    public async Task Who_sends_slowly_keeps_nobody_else_from_reporting()
    {
        using var end = new CancellationTokenSource();
        using var other = await ClientAsync(await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Another service"));
        var slow = Enumerable.Range(0, 80).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path) { Content = new StreamContent(new Stalled()) };
            request.Headers.Add(ControlAddress.InstanceHeader, $"slow-{i}");
            request.Headers.ExpectContinue = true;
            try
            {
                using var answer = await http.SendAsync(request, end.Token);
                return (int)answer.StatusCode;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }).ToList();
        await Eventually.HoldsAsync(() => Task.FromResult(slow.Count(s => s.IsCompleted) >= 16), TimeSpan.FromSeconds(5));

        Assert.Equal(200, (await ReportAsync(1, [Row(0, 1)], other)).Status);
        await end.CancelAsync();
        Assert.Contains(503, await Task.WhenAll(slow));
    }

    [Fact]
    public async Task What_is_older_than_its_span_goes()
    {
        Assert.Equal(200, (await ReportAsync(1, Row(0, 1))).Status);
        // As if a client had invented runs of instances.
        await bank.Database.ExecuteAsync(
            $"insert into usage_source select api_version_id, environment, client_id, 'invented', g, 1, 0, seen_at - interval '1 min' from usage_source, generate_series(1, {Usage.UsageSql.MaxSources + 9}) g");
        foreach (var (after, left) in new[] { (TimeSpan.FromHours(26), "3600 86400"), (TimeSpan.FromDays(36), "86400"), (TimeSpan.FromDays(401), "") })
        {
            bank.Clock.Advance(after);
            await Eventually.HoldsAsync(
                async () => await bank.Database.ScalarAsync<string>("select coalesce(string_agg(span::text, ' ' order by span), '') from call_usage") == left, TimeSpan.FromSeconds(5));
            if (after < TimeSpan.FromHours(48))
                await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from usage_source") == Usage.UsageSql.MaxSources, TimeSpan.FromSeconds(5));
        }

        Assert.Equal(0, await bank.Database.ScalarAsync<long>("select count(*) from usage_source"));
    }

    [Fact]
    public async Task What_was_not_called_for_longer_than_days_are_kept_is_no_series_any_more_and_becomes_one_with_its_next_call()
    {
        Assert.Equal(200, (await ReportAsync(1, Row(0, 1), Row(1, 1))).Status);
        Assert.Equal("0 1", await SeriesAsync());
        await bank.Database.ExecuteAsync(
            "update call_usage set start = start - interval '401 days' where series_id = (select id from call_series where operation = 0); "
            + "delete from call_usage where span < 86400 and series_id = (select id from call_series where operation = 1)");

        bank.Clock.Advance(TimeSpan.FromHours(2));
        await Eventually.HoldsAsync(async () => await SeriesAsync() == "1", TimeSpan.FromSeconds(5));

        using var later = await ClientAsync(service);
        Assert.Equal((200, 1, 0), await ReportAsync(2, [Row(0, 3)], later));
        Assert.Equal("0 1", await SeriesAsync());
        Assert.Equal(4, await TotalAsync());
    }

    private Task<string?> SeriesAsync() => bank.Database.ScalarAsync<string>("select string_agg(operation::text, ' ' order by operation) from call_series");

    private UsageRow Row(int? operation, long count) => new()
    {
        Minute = Minute, Client = bank.App.ClientId, Operation = operation, Decision = UsageDecision.Allowed, Count = count, Buckets = [count],
    };

    private async Task<HttpClient> ClientAsync(RegisteredApplication application)
    {
        await server.SettleAsync(bank);
        using var tokens = server.TokensOf(application, bank.Clock);
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(ControlAddress.Audience));
        return client;
    }

    private Task<(int Status, int Counted, int Ignored)> ReportAsync(long sequence, params UsageRow[] rows) => ReportAsync(sequence, rows, http);

    private async Task<(int Status, int Counted, int Ignored)> ReportAsync(long sequence, UsageRow[] rows, HttpClient? through = null, string instance = "pod-1", long start = 1)
    {
        using var answer = await PostAsync(sequence, rows, through, instance, start, "payments");
        var receipt = answer.IsSuccessStatusCode ? JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), UsageJson.Default.UsageReceipt) : null;
        return ((int)answer.StatusCode, receipt?.Counted ?? 0, receipt?.Ignored ?? 0);
    }

    private Task<string> RefusalAsync(long sequence, params UsageRow[] rows) => RefusalAsync(sequence, rows, http);

    private async Task<string> RefusalAsync(long sequence, UsageRow[] rows, HttpClient? through = null, string instance = "pod-1", string api = "payments")
    {
        using var answer = await PostAsync(sequence, rows, through, instance, 1, api);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return $"{(int)answer.StatusCode} {(problem.RootElement.TryGetProperty("code", out var code) ? code : "none")}";
    }

    private async Task<HttpResponseMessage> PostAsync(long sequence, UsageRow[] rows, HttpClient? through, string instance, long start, string api)
    {
        var report = new UsageReport { Api = api, Version = "v1", Environment = "production", Start = start, Sequence = sequence, Rows = rows };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, UsageJson.Default.UsageReport)),
        };
        request.Headers.Add(ControlAddress.InstanceHeader, instance);
        return await (through ?? http).SendAsync(request);
    }

    /// <summary>A body that begins and does not end.</summary>
    private sealed class Stalled : MemoryStream
    {
        private bool hasBegun;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!hasBegun)
            {
                hasBegun = true;
                return buffer.Length;
            }

            await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
            return 0;
        }
    }

    private Task<long> TotalAsync() => bank.Database.ScalarAsync<long>("select coalesce(sum(count), 0)::bigint from call_usage where span = 86400");

    private async Task<string[]> TotalsAsync()
    {
        var totals = new List<string>();
        foreach (var span in new[] { 60, 3600, 86400 })
        {
            totals.Add(await bank.Database.ScalarAsync<string>(
                $"""
                select string_agg(concat_ws(' ', 60, operation, decision, reason, count, errors), '; ' order by operation, decision)
                from (select operation, decision, reason, sum(count) as count, sum(errors) as errors from call_usage u join call_series s on s.id = u.series_id where span = {span} group by 1, 2, 3) t
                """) ?? "");
        }

        Assert.All(totals, total => Assert.Equal(totals[0], total));
        return [.. totals];
    }

    private async Task<string[]> RowsPerSpanAsync() =>
        (await bank.Database.ScalarAsync<string>("select string_agg(span || ' ' || n, ',' order by span) from (select span, count(*) as n from call_usage group by 1) t"))!.Split(',');
}
