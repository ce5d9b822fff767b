namespace Marketplace.Host.Embedded;

/// <summary>Who runs the server: the host's own user or, as root, the cluster's owner or a system user.</summary>
internal sealed class ServerUser
{
    private ServerUser(string name, bool switches) => (Name, Switches) = (name, switches);

    public string Name { get; }

    private bool Switches { get; }

    public static ServerUser For(string clusterFolder, string systemUser)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(Command.Run("id", "-un").Output, switches: false);
        if (Directory.Exists(clusterFolder) && Owner(clusterFolder) is var owner and not "root")
            return new(owner, switches: true);
        Ensure(systemUser);
        return new(systemUser, switches: true);
    }

    public static string Owner(string path) => Command.Run("stat", "-c", "%U", "--", path).Output;

    /// <summary>
    /// A session of its own, so that a terminal's Ctrl-C reaches the host alone, and an orderly stop (SIGINT is
    /// PostgreSQL's "fast shutdown") when the thread that started it dies with the host.
    /// </summary>
    public (string File, string[] Arguments) Wrap(string deathSignal, string file, params IEnumerable<string> arguments) =>
        ("setsid", ["setpriv", .. Identity, "--pdeathsig", deathSignal, "--", file, .. arguments]);

    public void Give(string path)
    {
        if (Switches) Must(Command.Run("chown", "-R", "--", Name + ":", path));
    }

    /// <summary>The first of the folders from the root down that this user cannot pass through, or null.</summary>
    public string? FirstClosed(string path)
    {
        var folders = new Stack<string>();
        for (var folder = Path.GetFullPath(path); folder is not null; folder = Path.GetDirectoryName(folder))
            folders.Push(folder);
        const string Script = """for d; do test -x "$d" || { echo "$d"; exit 0; }; done""";
        var found = Command.Run("setpriv", [.. Identity, "--", "sh", "-c", Script, "sh", .. folders]).Output;
        return found.Length > 0 ? found : null;
    }

    private string[] Identity => Switches ? ["--reuid", Name, "--regid", GroupOf(Name), "--clear-groups"] : [];

    private static string GroupOf(string user) => Command.Run("id", "-g", "--", user).Output;

    private static void Ensure(string user)
    {
        // Several hosts may start at once, and useradd fails while another one holds its lock.
        for (var attempt = 0; !Command.Run("id", "--", user).Succeeded; attempt++)
        {
            var made = Command.Run("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                "--shell", "/usr/sbin/nologin", user);
            if (made.Succeeded) return;
            if (attempt == 20)
                throw new StartupException($"PostgreSQL does not run as root, and the system user {user} could not be made: {made.Explanation}");
            Thread.Sleep(200);
        }
    }

    private static void Must(CommandResult result)
    {
        if (!result.Succeeded) throw new StartupException(result.Explanation);
    }
}
