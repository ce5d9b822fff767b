using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Marketplace.Testing;

/// <summary>
/// From here until it is disposed, the sessions of a database whose last statement has these words answer nothing, as
/// over a line that has been cut silently; the server takes other connections.
/// </summary>
public sealed class DatabaseHang : IAsyncDisposable
{
    private readonly int[] _processes;

    private DatabaseHang(int[] processes) => _processes = processes;

    public static async Task<DatabaseHang> BeginAsync(TestDatabase database, string words)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        // Only those at rest: one that was stopped at work could hold what the whole server needs.
        // Whoever wants to write goes on: those that rest in the pool could be meant too.
        database.DataSource.Clear();
        await using var find = database.DataSource.CreateCommand(
            "select coalesce(array_agg(pid), '{}') from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() and state = 'idle' and query like '%' || $2 || '%'");
        find.Parameters.AddWithValue(settings.Database!);
        find.Parameters.AddWithValue(words);
        var processes = (int[])(await find.ExecuteScalarAsync())!;
        if (processes.Length == 0)
            throw new InvalidOperationException($"No session has {words} in its last statement.");
        var hang = new DatabaseHang(processes);
        await hang.SignalAsync("STOP");
        return hang;
    }

    public async ValueTask DisposeAsync() => await SignalAsync("CONT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, .. _processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }
}
