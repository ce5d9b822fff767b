using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Usage.Calls;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Usage.Anomalies;

public sealed record AnomalyRow(string Api, string ApiTitle, string Version, string Environment, Incident Incident);

/// <param name="JudgedUntil">Hours after this were not judged yet.</param>
/// <param name="Measures">Hour by hour, for seven days; empty without any calls.</param>
public sealed record LineAnomalies(DateTimeOffset JudgedUntil, IReadOnlyList<Judgement> Measures);

/// <summary>Incidents of lines, for their teams and those who read everything: they are of all calls.</summary>
public sealed class AnomalyReader(IDbContextFactory<MarketplaceDb> databases)
{
    private static readonly TimeSpan History = TimeSpan.FromHours(AnomalyDetector.History) + AnomalyRun.Judged;

    /// <summary>Those that go on first, then the newest.</summary>
    public async Task<Page<AnomalyRow>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await Rows(db, actor).OrderByDescending(r => r.IsOpen).ThenByDescending(r => r.From).ThenBy(r => r.Api).ThenBy(r => r.Environment).ThenBy(r => r.Measure)
            .ToPageAsync(page, cancellation);
        return new([.. rows.Items.Select(r => r.Row)], rows.Total, rows.Request);
    }

    /// <summary>How many go on.</summary>
    public async Task<int> OpenAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Rows(db, actor).CountAsync(r => r.IsOpen, cancellation);
    }

    /// <summary>What was seen and expected. Null when there is no such line whose calls the actor may see.</summary>
    /// <param name="clientId">Of one application's calls of it; null for all.</param>
    public async Task<LineAnomalies?> OfLineAsync(Actor actor, string api, string version, string environment, string? clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await UsedLine.FindAsync(db, actor, api, version, cancellation) is not { } line || !(line.SeesAll || line.Clients!.Contains(clientId, StringComparer.Ordinal)))
            return null;
        var end = await db.Database.SqlQuery<DateTimeOffset>($"""select judged_until as "Value" from anomaly_run""").SingleAsync(cancellation);
        var oldest = end - History;
        var hours = await db.Database.SqlQueryRaw<LineHour>(
            clientId is null
                ? """
                select start as "Start", calls as "Calls", refused as "Refused", ms as "Buckets" from line_hour
                where api_version_id = {0} and environment = {1} and start >= {2} and start < {3} order by start
                """
                : LineHours.OfClientSql,
            line.Id, environment, oldest, end, clientId ?? "").ToListAsync(cancellation);
        if (hours.Count == 0)
            return new(end, []);
        var silent = await db.Database.SqlQueryRaw<DateTimeOffset>(
            LineHours.SilentSql.Replace("select h", "select h as \"Value\"", StringComparison.Ordinal).Replace("$1", "{0}", StringComparison.Ordinal).Replace("$2", "{1}", StringComparison.Ordinal),
            oldest, end).ToListAsync(cancellation);
        return new(end, LineHours.Series(hours, end, silent.ToHashSet()).JudgeAll(end - AnomalyRun.Judged));
    }

    private static IQueryable<Stored> Rows(MarketplaceDb db, Actor actor) => db.Database.SqlQuery<Stored>(
        $"""
        select p.name as "Api", p.title as "ApiTitle", v.version as "Version", a.environment as "Environment", a.measure as "Measure", a.is_above as "IsAbove",
          a.from_at as "From", a.until_at as "Until", a.raised_at as "RaisedAt", a.is_open as "IsOpen", a.is_by_week as "IsByWeek",
          a.seen as "Seen", a.expected as "Expected", a.low as "Low", a.high as "High"
        from call_anomaly a join api_version v on v.id = a.api_version_id join api p on p.id = v.api_id
        where {actor.ReadsEverything} or exists (select from membership m where m.team_id = p.team_id and m.person_id = {actor.Id})
        """);

    private sealed record Stored(
        string Api, string ApiTitle, string Version, string Environment, string Measure, bool IsAbove, DateTimeOffset From, DateTimeOffset Until,
        DateTimeOffset RaisedAt, bool IsOpen, bool IsByWeek, double Seen, double Expected, double? Low, double High)
    {
        public AnomalyRow Row => new(Api, ApiTitle, Version, Environment, new(
            StoredEnum.TryFromWord<AnomalyMeasure>(Measure, out var measure) ? measure : throw new InvalidOperationException(Measure), IsAbove, From, Until, RaisedAt, IsOpen,
            Seen, Expected, Low, High, IsByWeek ? BaselineKind.HourOfWeek : BaselineKind.HourOfDay));
    }
}
