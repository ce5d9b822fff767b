namespace Marketplace.Host.Embedded;

/// <summary>
/// A server that outlived its host (kill -9) is found by the data folder on its command line. It is stopped, not
/// adopted: what was committed is on disk, and a server of unknown settings is not one to trust.
/// Only the holder of the data folder's lock may call this.
/// </summary>
internal static class Orphan
{
    public static async Task StopAsync(string cluster, ILogger log, CancellationToken cancel)
    {
        foreach (var id in FindPostmasters(cluster))
        {
            log.LogWarning("PostgreSQL {ProcessId} outlived its host; stopping it before a new one starts", id);
            Signals.Send(id, Signals.Int);
            if (await EndedAsync(id, cluster, seconds: 30, cancel)) continue;
            Signals.Send(id, Signals.Quit);
            if (!await EndedAsync(id, cluster, seconds: 30, cancel))
                throw new StartupException($"A PostgreSQL (process {id}) still runs on {cluster} and does not stop.");
        }
        RemoveStaleLock(cluster);
    }

    public static int[] FindPostmasters(string cluster) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!)).Where(id => IsPostmaster(id, cluster))];

    /// <summary>
    /// postmaster.pid may name a process that has nothing to do with it, after a restart of the machine or the
    /// container; the server would then refuse to start. While the process it names is a postgres, the file stays:
    /// it also holds the key of the shared memory by which the server notices surviving children.
    /// </summary>
    private static void RemoveStaleLock(string cluster)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(file)) return;
        var id = File.ReadLines(file).FirstOrDefault();
        if (Directory.Exists($"/proc/{id}") && Read($"/proc/{id}/comm").Trim() != "postgres") File.Delete(file);
    }

    // Children of the server rewrite their command line; the postmaster's alone names the folder.
    private static bool IsPostmaster(int id, string cluster)
    {
        var words = Read($"/proc/{id}/cmdline").Split('\0');
        return Path.GetFileName(words[0]) == "postgres" && Array.IndexOf(words, "-D") is > 0 and var at
            && words.ElementAtOrDefault(at + 1) == cluster;
    }

    private static async Task<bool> EndedAsync(int id, string cluster, int seconds, CancellationToken cancel)
    {
        for (var i = 0; i < seconds * 20; i++)
        {
            if (!IsPostmaster(id, cluster)) return true;
            await Task.Delay(50, cancel);
        }
        return false;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
