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

    // Who is not root mounts in a user namespace, as the same user.
    private static string[] Unshare => Environment.IsPrivilegedProcess
        ? ["--mount"] : ["--mount", "--user", "--map-current-user", "--keep-caps"];

    private bool AreMounted => !_holder.Exit.IsCompleted;

    /// <summary>Where this machine lets nobody mount, they are folders, and the drills that fill one fail alone.</summary>
    public static async Task<SmallDisks> MountAsync(params (string Folder, int Megabytes)[] disks)
    {
        foreach (var (folder, _) in disks) Directory.CreateDirectory(folder);
        var mounts = disks.Select(disk => $"mount -t tmpfs -o size={disk.Megabytes}m,mode=755 none '{disk.Folder}'");
        var holder = ChildProcess.Start("unshare", [.. Unshare, "sh", "-c", $"{string.Join(" && ", mounts)} && echo mounted && exec sleep infinity"]);
        await Eventually.HoldsAsync(() => holder.Exit.IsCompleted || holder.Output.Contains("mounted", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        return new SmallDisks(holder);
    }

    /// <summary>The command that runs another one where the disks are.</summary>
    public string[] Enter => !AreMounted ? []
        : Environment.IsPrivilegedProcess ? ["nsenter", $"--mount=/proc/{_holder.Id}/ns/mnt", "--"]
        : ["nsenter", $"--user=/proc/{_holder.Id}/ns/user", $"--mount=/proc/{_holder.Id}/ns/mnt", "--preserve-credentials", "--"];

    /// <summary>A path on one of the disks as this process, which is outside, reaches it.</summary>
    public string Outside(string path) => AreMounted ? $"/proc/{_holder.Id}/root{path}" : path;

    /// <summary>Until it is disposed, nothing more can be written to the disk.</summary>
    public IDisposable Fill(string disk)
    {
        Assert.True(AreMounted, "this machine lets nobody mount a disk that could be filled: " + _holder.Errors);
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
