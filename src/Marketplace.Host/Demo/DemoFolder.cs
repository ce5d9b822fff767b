using Marketplace.Host.Embedded;

namespace Marketplace.Host.Demo;

/// <summary>What the demo hands to people and samples: files of the data folder that only its owner reads.</summary>
internal sealed class DemoFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;

    public DemoFolder(string dataFolder)
    {
        _path = Path.Combine(dataFolder, "demo");
        Directory.CreateDirectory(_path, OwnerOnly | UnixFileMode.UserExecute);
    }

    public string? Read(string name) => File.Exists(Path.Combine(_path, name)) ? File.ReadAllText(Path.Combine(_path, name)) : null;

    /// <summary>Whole or not at all: a kill -9 leaves no half a secret.</summary>
    public void Write(string name, string content)
    {
        var draft = Path.Combine(_path, name + ".new");
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(stream))
            writer.Write(content);
        File.Move(draft, Path.Combine(_path, name), overwrite: true);
    }
}
