using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Host.Embedded;

/// <summary>Where the server's socket lies: beside the cluster, or below /tmp when that path would be too long.</summary>
internal static class SocketFolder
{
    public const string SocketName = ".s.PGSQL.5432";

    // sun_path holds 108 bytes with its terminator; the server's lock file has five more letters but is no socket.
    private const int LongestSocketPath = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Create(string dataFolder, ServerUser user)
    {
        var folder = Choose(dataFolder);
        Directory.CreateDirectory(folder, OwnerOnly);
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new StartupException($"{folder} is a link that somebody put in the way. Remove it.");
        if (folder.StartsWith(dataFolder, StringComparison.Ordinal) || Environment.IsPrivilegedProcess) user.Give(folder);
        // Below /tmp anybody may have made the folder first.
        if (ServerUser.Owner(folder) != user.Name)
            throw new StartupException($"{folder} belongs to another user. Remove it, or choose a shorter data folder with MARKETPLACE_DATA.");
        File.SetUnixFileMode(folder, OwnerOnly);
        return folder;
    }

    public static string Choose(string dataFolder)
    {
        var beside = Path.Combine(dataFolder, "socket");
        if (Encoding.UTF8.GetByteCount(Path.Combine(beside, SocketName)) <= LongestSocketPath) return beside;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..24];
        return $"/tmp/marketplace-{name}";
    }
}
