using Marketplace.Core.Data;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Usage.Anomalies;

public sealed class AnomalyRunTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_hour_is_judged_once_when_it_is_over_and_its_incident_is_told_to_the_apis_team()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var run = bank.Use<AnomalyRun>();
        var anomalies = bank.Use<AnomalyReader>();
        // Five weeks with a day and a night; production of payments says nothing in its last three hours, sandbox goes on.
        var end = Hour(bank.Clock.GetUtcNow() - TimeSpan.FromMinutes(5));
        await SeedAsync(bank, end);

        Assert.True(await run.StepAsync(default));
        Assert.False(await run.StepAsync(default));

        var row = Assert.Single((await anomalies.ListAsync(bank.Olivia, new(), default)).Items);
        Assert.Equal(("payments", "v1", "production", AnomalyMeasure.Traffic, false, true), (row.Api, row.Version, row.Environment, row.Incident.Measure, row.Incident.IsAbove, row.Incident.IsOpen));
        Assert.Equal((end.AddHours(-3), end), (row.Incident.From, row.Incident.Until.AddHours(0)));
        Assert.StartsWith("0 calls an hour", IncidentSentence.Of(row.Incident), StringComparison.Ordinal);
        Assert.Equal((1, 1, 0), (await anomalies.OpenAsync(bank.Olivia, default), await anomalies.OpenAsync(bank.Auditor, default), await anomalies.OpenAsync(bank.Dirk, default)));

        var seen = (await anomalies.OfLineAsync(bank.Olivia, "payments", "v1", "production", null, default))!;
        Assert.Equal((end, 168), (seen.JudgedUntil, seen.Measures[0].Parts.Count));
        Assert.Null(await anomalies.OfLineAsync(bank.Dirk, "payments", "v1", "production", null, default));
        Assert.NotEmpty((await anomalies.OfLineAsync(bank.Dirk, "payments", "v1", "production", bank.App.ClientId, default))!.Measures);

        // What was reported late counts: the silence was none.
        await bank.Database.ExecuteAsync(
            $"""
            insert into call_usage (span, series_id, start, count, errors, ms_20)
            select 3600, id, to_timestamp({end.ToUnixTimeSeconds()}) - h * interval '1 hour', 400, 0, 400 from call_series, generate_series(1, 3) h where environment = 'production' on conflict do nothing
            """);
        bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await run.StepAsync(default));
        Assert.Equal(0, await anomalies.OpenAsync(bank.Olivia, default));
    }

    [Fact]
    public async Task When_nobody_reports_at_all_no_api_is_silent()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await SeedAsync(bank, Hour(bank.Clock.GetUtcNow() - TimeSpan.FromMinutes(5)));
        await bank.Database.ExecuteAsync("delete from call_usage u using call_series s where s.id = u.series_id and s.environment = 'sandbox'");

        Assert.True(await bank.Use<AnomalyRun>().StepAsync(default));
        Assert.Equal(0, (await bank.Use<AnomalyReader>().ListAsync(bank.Auditor, new(), default)).Total);
    }

    private static DateTimeOffset Hour(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerHour));

    private static Task<int> SeedAsync(Bank bank, DateTimeOffset end) => bank.Database.ExecuteAsync(
        $"""
        with added as (
          insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
          select v.id, e, '{bank.App.ClientId}', 0, 'allowed', '' from api_version v join api a on a.id = v.api_id, unnest(array['production', 'sandbox']) e where a.name = 'payments'
          returning id, environment
        )
        insert into call_usage (span, series_id, start, count, errors, ms_20)
        select 3600, id, start, n, 0, n from added, generate_series(1, 35 * 24) h,
          lateral (select to_timestamp({end.ToUnixTimeSeconds()}) - h * interval '1 hour' as start) s,
          lateral (select (400 + 100 * sin(extract(hour from start at time zone 'UTC') / 4) + h % 7)::bigint as n) c
        where environment = 'sandbox' or h > 3
        """);
}
