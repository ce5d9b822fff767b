using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Marketplace.Core.Usage.Anomalies;

/// <summary>
/// Once an hour, in one replica: adds up the hours that are over and judges the last seven days of every line anew, so
/// that what a data plane could only report later counts as well.
/// </summary>
public sealed class AnomalyRun(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Data planes report within a minute, or as soon as they can.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateReports = TimeSpan.FromHours(25);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(AnomalyDetector.History) + Judged;
    private static readonly TimeSpan KeptIncidents = TimeSpan.FromDays(90);

    /// <summary>How far back an hour is judged, and shown.</summary>
    public static TimeSpan Judged => TimeSpan.FromDays(7);

    /// <summary>False when there is nothing to do yet, or another replica does it.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow() - Wait;
        var end = now.AddTicks(-(now.UtcTicks % UsageSeries.Part.Ticks));
        if (await db.Database.SqlQuery<DateTimeOffset?>($"""select judged_until as "Value" from anomaly_run where judged_until < {end} for update skip locked""")
            .ToListAsync(cancellation) is not [{ } until])
            return false;
        await AddUpAsync(db, until - LateReports, end, cancellation);
        var found = await JudgeAsync((NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction(), end, cancellation);
        await ReplaceAsync(db, found, end - Judged, cancellation);
        await db.Database.ExecuteSqlAsync($"update anomaly_run set judged_until = {end}", cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task AddUpAsync(MarketplaceDb db, DateTimeOffset from, DateTimeOffset end, CancellationToken cancellation)
    {
        var oldest = end - Kept;
        var start = from < oldest ? oldest : from;
        await db.Database.ExecuteSqlRawAsync(LineHours.AddUpSql, [start, end], cancellation);
        await db.Database.ExecuteSqlAsync($"delete from line_hour where start < {oldest}", cancellation);
        await db.Database.ExecuteSqlAsync($"delete from call_anomaly where until_at < {end - KeptIncidents}", cancellation);
    }

    private static async Task<List<LineIncident>> JudgeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset end, CancellationToken cancellation)
    {
        var silent = await SilentHoursAsync(connection, transaction, end, cancellation);
        var found = new List<LineIncident>();
        var hours = new List<LineHour>();
        (Guid Line, string Environment) at = (default, "");
        void Judge()
        {
            if (hours.Count > 0)
                found.AddRange(LineHours.Series(hours, end, silent).JudgeAll(end - Judged).SelectMany(j => j.Incidents).Select(i => new LineIncident(at.Line, at.Environment, i)));
            hours.Clear();
        }
        await using var read = new NpgsqlCommand("select api_version_id, environment, start, calls, refused, ms from line_hour where start < $1 order by 1, 2, 3", connection, transaction)
        {
            Parameters = { new() { Value = end } },
        };
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var next = (reader.GetGuid(0), reader.GetString(1));
            if (next != at)
                Judge();
            at = next;
            hours.Add(new(reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetFieldValue<long[]>(5)));
        }
        Judge();
        return found;
    }

    /// <summary>When nobody at all reported a call, calls were not counted: that is no silence of one API.</summary>
    private static async Task<HashSet<DateTimeOffset>> SilentHoursAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset end, CancellationToken cancellation)
    {
        await using var read = new NpgsqlCommand(LineHours.SilentSql, connection, transaction) { Parameters = { new() { Value = end - Kept }, new() { Value = end } } };
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        var silent = new HashSet<DateTimeOffset>();
        while (await reader.ReadAsync(cancellation))
            silent.Add(reader.GetFieldValue<DateTimeOffset>(0));
        return silent;
    }

    /// <summary>An incident that reaches back beyond what is judged keeps the beginning that it had.</summary>
    private static async Task ReplaceAsync(MarketplaceDb db, List<LineIncident> found, DateTimeOffset from, CancellationToken cancellation)
    {
        var rows = found.ConvertAll(f => f.Incident);
        await db.Database.ExecuteSqlAsync(
            $"""
            with gone as (
              delete from call_anomaly where until_at > {from} returning api_version_id, environment, measure, is_above, from_at, until_at, raised_at
            )
            insert into call_anomaly (api_version_id, environment, measure, is_above, from_at, until_at, raised_at, is_open, is_by_week, seen, expected, low, high)
            select distinct on (n.line, n.env, n.measure, coalesce(g.from_at, n.from_at)) n.line, n.env, n.measure, n.is_above, coalesce(g.from_at, n.from_at), n.until_at,
              coalesce(g.raised_at, n.raised_at), n.is_open, n.is_by_week, n.seen, n.expected, n.low, n.high
            from unnest({found.Select(f => f.Line).ToArray()}, {found.Select(f => f.Environment).ToArray()}, {rows.Select(i => StoredEnum.ToWord(i.Measure)).ToArray()},
              {rows.Select(i => i.IsAbove).ToArray()}, {rows.Select(i => i.From).ToArray()}, {rows.Select(i => i.Until).ToArray()}, {rows.Select(i => i.RaisedAt).ToArray()},
              {rows.Select(i => i.IsOpen).ToArray()}, {rows.Select(i => i.Kind is BaselineKind.HourOfWeek).ToArray()}, {rows.Select(i => i.Seen).ToArray()},
              {rows.Select(i => i.Expected).ToArray()}, {rows.Select(i => i.Low).ToArray()}, {rows.Select(i => i.High).ToArray()})
              n(line, env, measure, is_above, from_at, until_at, raised_at, is_open, is_by_week, seen, expected, low, high)
            left join gone g on (g.api_version_id, g.environment, g.measure, g.is_above) = (n.line, n.env, n.measure, n.is_above)
              and g.from_at < {from} and g.until_at >= n.from_at
            order by 1, 2, 3, 5, n.until_at desc
            on conflict do nothing
            """, cancellation);
    }

    private sealed record LineIncident(Guid Line, string Environment, Incident Incident);
}
