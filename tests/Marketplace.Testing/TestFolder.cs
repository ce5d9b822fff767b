using Marketplace.Host;
using Marketplace.Host.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Testing;

/// <summary>Temporary folders that the next run clears when this one was killed.</summary>
public static class TestFolder
{
    private const string Prefix = "marketplace-test-";

    public static string Create(string purpose)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{purpose}-{Guid.NewGuid():N}"[..(Prefix.Length + purpose.Length + 13)]);
        DataFolder.Create(folder);
        return folder;
    }

    public static void Delete(string folder)
    {
        for (var patience = 20; Directory.Exists(folder); patience--)
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (patience > 0)
            {
                // A process or a write that is ending put something there meanwhile.
                Thread.Sleep(50);
            }
    }

    /// <summary>Removes what killed runs left: the holder of a folder's lock is alive, and a young folder may not be locked yet.</summary>
    public static async Task SweepAsync()
    {
        var young = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-10);
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
            try
            {
                if (Directory.GetLastWriteTimeUtc(folder) > young) continue;
                using var held = DataFolderLock.TryTake(folder);
                if (held is null) continue;
                await Orphan.StopAsync(Path.Combine(folder, "postgres"), NullLogger.Instance, CancellationToken.None);
                Delete(folder);
            }
            catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException or StartupException)
            {
                // Another user's, or another run is clearing it at this moment.
            }
    }
}
