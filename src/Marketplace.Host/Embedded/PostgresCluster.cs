namespace Marketplace.Host.Embedded;

/// <summary>The files of the database, made once and complete or not at all.</summary>
internal static class PostgresCluster
{
    /// <summary>The database's own name for its only login; the socket lets the host's user in as this, and nobody else.</summary>
    public const string Superuser = "marketplace";

    public static void Ensure(string cluster, PostgresBinaries binaries, ServerUser user, bool durable)
    {
        if (File.Exists(Path.Combine(cluster, "PG_VERSION"))) Check(cluster, binaries);
        else Create(cluster, binaries, user, durable);
        WriteAccess(cluster, user);
    }

    private static void Check(string cluster, PostgresBinaries binaries)
    {
        var version = int.Parse(File.ReadAllText(Path.Combine(cluster, "PG_VERSION")));
        if (version != binaries.MajorVersion)
            throw new StartupException($"{cluster} was made by PostgreSQL {version}, but {binaries.Postgres} is {binaries.MajorVersion}: upgrade it with pg_upgrade, or run the older one.");
    }

    private static void Create(string cluster, PostgresBinaries binaries, ServerUser user, bool durable)
    {
        var unfinished = cluster + ".new";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        user.Give(unfinished);

        string[] locale = binaries.MajorVersion >= 17
            ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : ["--locale=C.UTF-8"];
        string[] sync = durable ? [] : ["--no-sync"];
        var (file, arguments) = user.Wrap("KILL", binaries.InitDb, ["-D", unfinished, "--username", Superuser,
            "--encoding=UTF8", .. locale, "--data-checksums", "--auth-local=peer", "--auth-host=reject", "--no-instructions", .. sync]);
        var made = Command.Run(file, arguments);
        if (!made.Succeeded) throw new StartupException($"PostgreSQL could not make its files in {cluster}: {made.Explanation}");
        Directory.Move(unfinished, cluster);
    }

    private static void WriteAccess(string cluster, ServerUser user)
    {
        var (access, names) = (Path.Combine(cluster, "pg_hba.conf"), Path.Combine(cluster, "pg_ident.conf"));
        File.WriteAllText(access, "local all all peer map=host\n");
        string[] people = [.. new[] { Environment.IsPrivilegedProcess ? "root" : user.Name, user.Name }.Distinct(StringComparer.Ordinal)];
        File.WriteAllLines(names, people.Select(name => $"host \"{name}\" {Superuser}"));
        user.Give(access);
        user.Give(names);
    }
}
