namespace Marketplace.Host.Embedded;

/// <summary>One host per data folder. The kernel drops the lock with the process, however that ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>A host that was told to stop a moment ago may still be stopping its database: wait for it.</summary>
    public static async Task<DataFolderLock> TakeAsync(string dataFolder, TimeSpan patience, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (TryTake(dataFolder) is { } taken) return taken;
            if (TimeProvider.System.GetElapsedTime(began) > patience)
                throw new StartupException($"Another Marketplace is running on the data folder {dataFolder}. Stop it, or choose another folder with MARKETPLACE_DATA.");
            await Task.Delay(100, cancel);
        }
    }

    public static DataFolderLock? TryTake(string dataFolder)
    {
        try
        {
            return new(new FileStream(Path.Combine(dataFolder, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new StartupException($"The data folder {dataFolder} belongs to another user. Choose another folder with MARKETPLACE_DATA.", refused);
        }
    }

    public void Dispose() => _file.Dispose();
}
