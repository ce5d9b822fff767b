using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>What data planes report of the calls they decided, and how it adds up.</summary>
public sealed class UsageTests(PostgresFixture postgres) : UsageCase(postgres)
{
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
        Assert.Equal("3,,2,,,,,,,,,,,|7,,,,,,,,,,,,,", await Bank.Database.ScalarAsync<string>(
            $"""
            select string_agg({string.Join(" || ',' || ", Core.Usage.LatencyColumns.Names.Select(name => $"coalesce({name}::text, '')"))}, '|' order by start)
            from call_usage u join call_series s on s.id = u.series_id where span = 60 and operation = 0 and decision = 'allowed'
            """));
        Assert.Equal(
            $"getPayment {before} {before}; listPayments {before} {before + 60}",
            await Bank.Database.ScalarAsync<string>(
                """
                select string_agg(concat_ws(' ', o.key, extract(epoch from first_used_at)::bigint, extract(epoch from last_used_at)::bigint), '; ' order by o.key)
                from grant_use u join operation o on o.id = u.operation_id
                """));
    }

    [Fact]
    public async Task A_grant_says_when_it_was_last_used_and_how_often()
    {
        Assert.Equal((200, 2, 0), await ReportAsync(1, Row(0, 5), Row(0, 9) with { Decision = "refused", Reason = ReasonCode.GrantEnded }));

        var grants = (await Bank.GrantsAsync()).ToDictionary(grant => grant.Operation, grant => grant.Use);
        Assert.Equal(new GrantUse(DateTimeOffset.FromUnixTimeSeconds(Minute), 5), grants["listPayments"]);
        Assert.Equal(GrantUse.None, grants["getPayment"]);
    }

    [Fact]
    public async Task A_report_that_is_sent_again_counts_once_however_often_and_to_whichever_replica()
    {
        await using var replica = await PlaneServer.StartAsync(Bank, Server.Issuer);
        using var other = new HttpClient { BaseAddress = new Uri(replica.Address) };
        other.DefaultRequestHeaders.Authorization = Http.DefaultRequestHeaders.Authorization;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ReportAsync(1, [Row(0, 5)], through: i % 2 == 0 ? Http : other)));
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
        await using (await DatabaseOutage.BeginAsync(Bank.Database))
        {
            Assert.Equal("503 reports_not_written", await RefusalAsync(2, Row(0, 10)));
            Assert.Equal("503 reports_not_written", await RefusalAsync(2, Row(0, 10)));
        }

        await Eventually.HoldsAsync(async () => (await ReportAsync(2, Row(0, 10))).Status == 200, TimeSpan.FromSeconds(20));
        Assert.Equal((200, 1, 0), await ReportAsync(2, Row(0, 10)));
        Assert.Equal(11, await TotalAsync());
    }

    [Fact]
    public async Task What_is_older_than_its_span_goes()
    {
        Assert.Equal(200, (await ReportAsync(1, Row(0, 1))).Status);
        // As if a client had invented runs of instances.
        await Bank.Database.ExecuteAsync(
            $"insert into usage_source select api_version_id, environment, client_id, 'invented', g, 1, 0, seen_at - interval '1 min' from usage_source, generate_series(1, {Usage.UsageSql.MaxSources + 9}) g");
        foreach (var (after, left) in new[] { (TimeSpan.FromHours(26), "3600 86400"), (TimeSpan.FromDays(36), "86400"), (TimeSpan.FromDays(401), "") })
        {
            Bank.Clock.Advance(after);
            await Eventually.HoldsAsync(
                async () => await Bank.Database.ScalarAsync<string>("select coalesce(string_agg(span::text, ' ' order by span), '') from call_usage") == left, TimeSpan.FromSeconds(5));
            if (after < TimeSpan.FromHours(48))
                await Eventually.HoldsAsync(async () => await Bank.Database.ScalarAsync<long>("select count(*) from usage_source") == Usage.UsageSql.MaxSources, TimeSpan.FromSeconds(5));
        }

        Assert.Equal(0, await Bank.Database.ScalarAsync<long>("select count(*) from usage_source"));
    }

    [Fact]
    public async Task What_was_not_called_for_longer_than_days_are_kept_is_no_series_any_more_and_becomes_one_with_its_next_call()
    {
        Assert.Equal(200, (await ReportAsync(1, Row(0, 1), Row(1, 1))).Status);
        Assert.Equal("0 1", await SeriesAsync());
        await Bank.Database.ExecuteAsync(
            "update call_usage set start = start - interval '401 days' where series_id = (select id from call_series where operation = 0); "
            + "delete from call_usage where span < 86400 and series_id = (select id from call_series where operation = 1)");

        Bank.Clock.Advance(TimeSpan.FromHours(2));
        await Eventually.HoldsAsync(async () => await SeriesAsync() == "1", TimeSpan.FromSeconds(5));

        using var later = await ClientAsync(Service);
        Assert.Equal((200, 1, 0), await ReportAsync(2, [Row(0, 3)], later));
        Assert.Equal("0 1", await SeriesAsync());
        Assert.Equal(4, await TotalAsync());
    }

    private Task<string?> SeriesAsync() => Bank.Database.ScalarAsync<string>("select string_agg(operation::text, ' ' order by operation) from call_series");

    private async Task<string[]> TotalsAsync()
    {
        var totals = new List<string>();
        foreach (var span in new[] { 60, 3600, 86400 })
        {
            totals.Add(await Bank.Database.ScalarAsync<string>(
                $"""
                select string_agg(concat_ws(' ', 60, operation, decision, reason, count, errors), '; ' order by operation, decision)
                from (select operation, decision, reason, sum(count) as count, sum(errors) as errors from call_usage u join call_series s on s.id = u.series_id where span = {span} group by 1, 2, 3) t
                """) ?? "");
        }

        Assert.All(totals, total => Assert.Equal(totals[0], total));
        return [.. totals];
    }

    private async Task<string[]> RowsPerSpanAsync() =>
        (await Bank.Database.ScalarAsync<string>("select string_agg(span || ' ' || n, ',' order by span) from (select span, count(*) as n from call_usage group by 1) t"))!.Split(',');
}
