using Marketplace.Contracts.Usage;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Usage;

/// <summary>Counts a batch of reports in one transaction: each of them once, or none of it.</summary>
internal sealed class UsageStore([FromKeyedServices(Plane.Control)] NpgsqlDataSource database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>A receipt for each report, in their order. One that was counted before gets one, too.</returns>
    public async Task<IReadOnlyList<UsageReceipt>> AddAsync(IReadOnlyList<PendingReport> batch, DateTimeOffset now)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var connection = await database.OpenConnectionAsync(patience.Token);
        await using var transaction = await connection.BeginTransactionAsync(patience.Token);
        var news = await NewsAsync(connection, batch, now, patience.Token);
        var counted = new int[batch.Count];
        var rows = (from i in Enumerable.Range(0, batch.Count)
                    where news.Contains(batch[i].Source)
                    from row in batch[i].Report.Rows
                    select new SourcedRow(i, batch[i].Source.Line, row)).ToList();
        if (rows.Count > 0)
        {
            await using var write = Batch(connection, rows);
            await using var reader = await write.ExecuteReaderAsync(patience.Token);
            do
            {
                while (await reader.ReadAsync(patience.Token))
                    counted[reader.GetInt32(0)] = reader.GetInt32(1);
            }
            while (await reader.NextResultAsync(patience.Token));
        }

        await transaction.CommitAsync(patience.Token);
        return [.. batch.Select((pending, i) => news.Contains(pending.Source)
            ? new UsageReceipt(counted[i], pending.Report.Rows.Count - counted[i])
            : new UsageReceipt(pending.Report.Rows.Count, 0))];
    }

    public async Task ForgetAsync(DateTimeOffset now)
    {
        foreach (var statement in UsageSql.Forget)
        {
            await using var delete = database.CreateCommand(statement);
            if (statement.Contains("$1", StringComparison.Ordinal))
                delete.Parameters.AddWithValue(now);
            delete.CommandTimeout = 120;
            await delete.ExecuteNonQueryAsync();
        }

        await ForgetSeriesAsync();
    }

    /// <summary>Looks without a lock for those that have no calls left, and once more, with it, at what it found.</summary>
    private async Task ForgetSeriesAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var find = new NpgsqlCommand(UsageSql.SeriesWithoutRows, connection) { CommandTimeout = 120 };
        var found = new List<long>();
        await using (var reader = await find.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                found.Add(reader.GetInt64(0));
        }

        if (found.Count == 0)
            return;
        await using var transaction = await connection.BeginTransactionAsync();
        await using var take = new NpgsqlCommand(UsageSql.LockSeries, connection);
        await take.ExecuteNonQueryAsync();
        await using var forget = new NpgsqlCommand(UsageSql.ForgetSeries, connection);
        forget.Parameters.AddWithValue(found.ToArray());
        await forget.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static async Task<HashSet<UsageSource>> NewsAsync(NpgsqlConnection connection, IReadOnlyList<PendingReport> batch, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(UsageSql.Sources, connection);
        Add(insert.Parameters,
            batch.Select(p => p.Source.Line.Line).ToArray(), batch.Select(p => p.Source.Line.Environment).ToArray(),
            batch.Select(p => p.Source.ClientId).ToArray(), batch.Select(p => p.Source.Instance).ToArray(), batch.Select(p => p.Source.Start).ToArray(),
            batch.Select(p => p.Report.Sequence).ToArray(), batch.Select(p => p.Report.Dropped).ToArray(), now);
        await using var reader = await insert.ExecuteReaderAsync(cancellation);
        var news = new HashSet<UsageSource>();
        while (await reader.ReadAsync(cancellation))
            news.Add(new UsageSource(new SnapshotKey(reader.GetGuid(0), reader.GetString(1)), reader.GetString(2), reader.GetString(3), reader.GetInt64(4)));
        return news;
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, List<SourcedRow> rows)
    {
        var batch = new NpgsqlBatch(connection);
        object[] arrays =
        [
            rows.Select(r => r.Line.Line).ToArray(), rows.Select(r => r.Line.Environment).ToArray(), rows.Select(r => r.Row.Client ?? "").ToArray(),
            rows.Select(r => r.Row.Operation ?? -1).ToArray(), rows.Select(r => r.Row.Decision).ToArray(), rows.Select(r => r.Row.Reason ?? "").ToArray(),
            rows.Select(r => r.Report).ToArray(), rows.Select(r => r.Row.Minute).ToArray(), rows.Select(r => r.Row.Count).ToArray(),
            rows.Select(r => r.Row.Errors).ToArray(), rows.Select(r => $"{{{string.Join(',', r.Row.Buckets)}}}").ToArray(),
        ];
        foreach (var sql in new[] { UsageSql.Series, UsageSql.Usage, UsageSql.Grants })
            Add(batch, sql, arrays);
        var unmatched = rows.Where(r => r.Row.Path is not null).ToList();
        if (unmatched.Count > 0)
        {
            Add(batch, UsageSql.Unmatched,
            [
                unmatched.Select(r => r.Line.Line).ToArray(), unmatched.Select(r => r.Line.Environment).ToArray(), unmatched.Select(r => r.Row.Client ?? "").ToArray(),
                unmatched.Select(r => r.Row.Method!).ToArray(), unmatched.Select(r => r.Row.Path!).ToArray(), unmatched.Select(r => r.Row.Reason!).ToArray(),
                unmatched.Select(r => r.Row.Minute).ToArray(), unmatched.Select(r => r.Row.Count).ToArray(),
            ]);
        }

        return batch;
    }

    private static void Add(NpgsqlBatch batch, string sql, object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    private static void Add(NpgsqlParameterCollection parameters, params object[] values)
    {
        foreach (var value in values)
            parameters.Add(new NpgsqlParameter { Value = value });
    }

    private readonly record struct SourcedRow(int Report, SnapshotKey Line, UsageRow Row);
}
