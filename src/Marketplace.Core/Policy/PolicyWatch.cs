using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Marketplace.Core.Policy;

/// <summary>
/// Tells of policy revisions as they commit: LISTEN for speed, and a poll for what a lost notification would hide.
/// </summary>
public static class PolicyWatch
{
    /// <summary>How long a change can stay unseen when its notification was lost.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// In seconds. For one row: who does not give it by then is on a line that was cut without a word. With
    /// <see cref="PollInterval"/> and another connection it stays below the two seconds within which a revocation counts.
    /// </summary>
    public const int Patience = 1;

    /// <summary>
    /// The head revision, first at once and then at every look: at each notification and at least once per
    /// <see cref="PollInterval"/>, changed or not, so that a reader also knows that the database is there.
    /// Ends with an <see cref="NpgsqlException"/> when the connection is lost; call again then.
    /// </summary>
    public static IAsyncEnumerable<long> HeadsAsync(NpgsqlDataSource database, CancellationToken cancellation) =>
        HeadsAsync(database, PolicyLog.Channel, "select revision from policy_head", cancellation);

    /// <summary>The same of another log: the channel that tells of it and the query that gives its head.</summary>
    public static async IAsyncEnumerable<long> HeadsAsync(
        NpgsqlDataSource database, string channel, string query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var listen = new NpgsqlCommand($"listen {channel}", connection) { CommandTimeout = Patience })
            await listen.ExecuteNonQueryAsync(cancellation);
        await using var head = new NpgsqlCommand(query, connection) { CommandTimeout = Patience };
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return (long)(await head.ExecuteScalarAsync(cancellation))!;
                await connection.WaitAsync(PollInterval, cancellation);
            }
        }
        finally
        {
            // The connection goes back to its pool, which may not reset it.
            if (connection.FullState is ConnectionState.Open)
            {
                await using var unlisten = new NpgsqlCommand("unlisten *", connection) { CommandTimeout = Patience };
                await unlisten.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }
}
