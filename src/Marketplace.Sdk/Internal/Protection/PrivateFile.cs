namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A file that nobody else reads and that is never half-written: a temporary one beside it, flushed, then renamed.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <exception cref="IOException">The disk is full, or the like; or others may write the folder, so that nothing in it would be believed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours to write.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        CreateFolder(Path.GetDirectoryName(path)!);
        Demand(Path.GetDirectoryName(path)!);
        // Of this process alone: two instances of a service may share the folder.
        var temporary = $"{path}.{Environment.ProcessId}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
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

    /// <summary>Null where there is none.</summary>
    /// <exception cref="IOException">Others may write it, so that it is nothing to trust, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours to read.</exception>
    public static byte[]? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        Demand(path);
        Demand(Path.GetDirectoryName(path)!);
        return File.ReadAllBytes(path);
    }

    private static void Demand(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersWrite) != UnixFileMode.None)
            throw new IOException($"{path} may be written by others.");
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }
}
