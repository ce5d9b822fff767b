namespace Marketplace.Gateways.Agent;

/// <summary>Where haproxy is, and who it should be.</summary>
internal static class HaproxyProgram
{
    public static string Find(string? given)
    {
        // An ordinary user's PATH lacks the folder where Debian puts it.
        var folders = (Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return (given is not null ? [given] : folders.Select(folder => Path.Combine(folder, "haproxy"))).FirstOrDefault(File.Exists)
            ?? throw new GatewayException("haproxy is not installed; on Debian: apt-get install haproxy.");
    }

    /// <summary>Debian's own user when root starts it: whoever takes a worker over should not be root.</summary>
    public static string? UserToBecome() =>
        Environment.IsPrivilegedProcess && File.ReadLines("/etc/passwd").Any(line => line.StartsWith("haproxy:", StringComparison.Ordinal)) ? "haproxy" : null;
}
