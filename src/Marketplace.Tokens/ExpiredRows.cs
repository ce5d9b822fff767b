using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens;

/// <summary>
/// Deletes the revoked tokens and spent assertions that have expired: a million a minute at the limit of the processor.
/// In small parts, by one replica at a time: nobody waits for long.
/// </summary>
internal sealed partial class ExpiredRows(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, TimeProvider clock, ILogger<ExpiredRows> logger)
    : RepeatedWork(TimeSpan.FromSeconds(20))
{
    private const int Part = 20_000;

    // "mkex" in ASCII; any number will do as long as it stays.
    private const long LockKey = 0x6d6b6578;

    private static readonly string[] Tables = ["revoked_token", "spent_assertion"];

    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        foreach (var table in Tables)
        {
            while (await DeleteAsync(table, cancellation) == Part)
            {
            }
        }

        return false;
    }

    protected override void Hindered(Exception cause) => Log.Kept(logger, cause);

    private async Task<int> DeleteAsync(string table, CancellationToken cancellation)
    {
        await using var delete = database.CreateCommand(
            $"""
            delete from {table} where ctid = any(array(
              select ctid from {table} where (select pg_try_advisory_xact_lock({LockKey})) and expires_at < $1 limit {Part}))
            """);
        delete.Parameters.AddWithValue(clock.GetUtcNow());
        delete.CommandTimeout = 60;
        return await delete.ExecuteNonQueryAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 32, Level = LogLevel.Debug, Message = "What has expired cannot be deleted now; it is kept.")]
        public static partial void Kept(ILogger logger, Exception exception);
    }
}
