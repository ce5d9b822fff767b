using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>
/// Disks of a few megabytes that a drill can fill, mounted in a namespace of their own: whoever is to see them enters it,
/// and they go with the last of these processes, however that ends.
/// </summary>
internal sealed class SmallDisks : IAsyncDisposable
{
    private readonly ChildProcess _holder;

    private SmallDisks(ChildProcess holder) => _holder = holder;

    public static async Task<SmallDisks> MountAsync(params (string Folder, int Megabytes)[] disks)
    {
        Assert.True(Environment.IsPrivilegedProcess, "drills mount small disks, which needs root, as the build machine has");
        var mounts = disks.Select(disk => $"mkdir -p '{disk.Folder}' && mount -t tmpfs -o size={disk.Megabytes}m,mode=755 none '{disk.Folder}'");
        var holder = ChildProcess.Start("unshare", ["--mount", "sh", "-c", $"{string.Join(" && ", mounts)} && echo mounted && exec sleep infinity"]);
        await Eventually.HoldsAsync(() => holder.Exit.IsCompleted || holder.Output.Contains("mounted", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.False(holder.Exit.IsCompleted, "this machine lets nobody mount a disk: " + holder.Errors);
        return new SmallDisks(holder);
    }

    /// <summary>The command that runs another one where the disks are.</summary>
    public string[] Enter => ["nsenter", $"--mount=/proc/{_holder.Id}/ns/mnt", "--"];

    /// <summary>A path on one of the disks as this process, which is outside, reaches it.</summary>
    public string Outside(string path) => $"/proc/{_holder.Id}/root{path}";

    /// <summary>Until it is disposed, nothing more can be written to the disk.</summary>
    public IDisposable Fill(string disk)
    {
        var ballast = Path.Combine(Outside(disk), "ballast");
        using (var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            try
            {
                var block = new byte[4096];
                while (true) file.Write(block);
            }
            catch (IOException)
            {
                // Full.
            }
        return new Ballast(ballast);
    }

    public async ValueTask DisposeAsync() => await _holder.StopAsync(TimeSpan.FromSeconds(1));

    private sealed class Ballast(string file) : IDisposable
    {
        public void Dispose() => File.Delete(file);
    }
}
