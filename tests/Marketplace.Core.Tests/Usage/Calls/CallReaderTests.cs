using Marketplace.Core.Data;
using Marketplace.Core.Usage.Calls;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Usage.Calls;

public sealed class CallReaderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Calls_are_added_up_per_part_reason_caller_and_endpoint_for_those_who_may_know()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var now = bank.Clock.GetUtcNow();
        Assert.False((await bank.Use<CallReader>().OfLineAsync(bank.Olivia, "payments", "v1", "production", null, CallRange.Default, default))!.IsTold);
        await SeedAsync(bank, now);
        var calls = bank.Use<CallReader>();

        var all = (await calls.OfLineAsync(bank.Olivia, "payments", "v1", "production", null, CallRange.Find("day")!, default))!;
        Assert.Equal((24, 130L, 30L, 4L), (all.Points.Count, all.Calls, all.Refused, all.Errors));
        Assert.Equal((100L, 30L), (all.Points[^1].Served, all.Points[^1].Refused));
        // 90 of 100 served calls took at most 10 ms, the others 200; refused ones, which are fast, do not count.
        Assert.InRange(all.P50!.Value, 5, 10);
        Assert.InRange(all.P95!.Value, 100, 200);
        Assert.Equal([("operation_not_granted", 20L), ("token_missing", 10)], all.Reasons.Select(r => (r.Reason, r.Calls)));
        Assert.Equal([("Mobile app", 120L, 20L), ("", 10, 10)], all.Callers.Select(c => (c.Application, c.Calls, c.Refused)));
        Assert.Equal([("listPayments", 100L, 0L), ("getPayment", 20, 20), (null, 10, 0)], all.Called.Select(o => (o.Key, o.Calls, o.NotGranted)));

        var mine = (await calls.OfLineAsync(bank.Dirk, "payments", "v1", "production", null, CallRange.Default, default))!;
        Assert.Equal((false, 120L, 1), (mine.SeesAll, mine.Calls, mine.Callers.Count));
        Assert.Equal(0, (await calls.OfLineAsync(bank.Stranger, "payments", "v1", "production", null, CallRange.Default, default))!.Calls);
        Assert.Equal(100, (await calls.OfLineAsync(bank.Auditor, "payments", "v1", "production", "listPayments", CallRange.Default, default))!.Calls);
        Assert.Null(await calls.OfLineAsync(bank.Olivia, "payments", "v1", "production", "noSuch", CallRange.Default, default));

        var own = (await calls.OfApplicationAsync(bank.Dirk, bank.App.ClientId, CallRange.Find("month")!, default))!;
        Assert.Equal((30, 120L), (own.Points.Count, own.Calls));
        Assert.Null(await calls.OfApplicationAsync(bank.Olivia, bank.App.ClientId, CallRange.Default, default));
    }

    [Fact]
    public async Task What_nobody_called_in_90_days_is_listed_with_who_may()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await SeedAsync(bank, bank.Clock.GetUtcNow());
        var calls = bank.Use<CallReader>();

        var forgotten = (await calls.ForgottenAsync(bank.Olivia, "payments", "v1", "production", new(), default))!;
        Assert.DoesNotContain(forgotten.Rows.Items, o => o.Key == "listPayments");
        // What was only refused was not called.
        Assert.Contains(forgotten.Rows.Items, o => o.Key == "getPayment");
        Assert.NotNull(forgotten.ToldSince);
        Assert.Null(await calls.ForgottenAsync(bank.Dirk, "payments", "v1", "production", new(), default));
        bank.Clock.Advance(TimeSpan.FromDays(92));
        Assert.Contains((await calls.ForgottenAsync(bank.Olivia, "payments", "v1", "production", new(), default))!.Rows.Items, o => o.Key == "listPayments");
    }

    /// <summary>100 served calls of the mobile app in this hour, 20 refused ones, and 10 without a token; each in all three spans.</summary>
    private static Task<int> SeedAsync(Bank bank, DateTimeOffset now) => bank.Database.ExecuteAsync(
        $"""
        with line as (select v.id from api_version v join api a on a.id = v.api_id where a.name = 'payments'), bit as (
          select key, bit_index from operation where api_version_id = (select id from line)
        ), added as (
          insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
          select line.id, 'production', s.client, s.operation, s.decision, s.reason from line, (values
            ('{bank.App.ClientId}', (select bit_index from bit where key = 'listPayments'), 'allowed', ''),
            ('{bank.App.ClientId}', (select bit_index from bit where key = 'getPayment'), 'refused', 'operation_not_granted'),
            ('', -1, 'refused', 'token_missing')) s(client, operation, decision, reason)
          returning id, decision, reason
        )
        insert into call_usage (span, series_id, start, count, errors, ms_1, ms_10, ms_200)
        select span, id, to_timestamp(floor({now.ToUnixTimeSeconds()} / span) * span), case reason when '' then 100 when 'token_missing' then 10 else 20 end,
          case reason when '' then 4 else 0 end, case decision when 'refused' then 20 end, case reason when '' then 90 end, case reason when '' then 10 end
        from added, unnest(array[60, 3600, 86400]) as span
        """);
}
