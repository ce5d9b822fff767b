namespace Marketplace.Gateways;

/// <summary>Files that nobody else reads and that are never half-written: a temporary one beside it, then a rename.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string folder) =>
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

    public static void Write(string path, string text)
    {
        CreateFolder(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        File.Delete(temporary);
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // Half a file is of no use, and takes room that a full disk has not.
            File.Delete(temporary);
            throw;
        }
    }

    public static void WriteAll(string folder, IReadOnlyDictionary<string, string> contents)
    {
        foreach (var (path, text) in contents)
            Write(Path.Combine(folder, path), text);
    }

    public static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
