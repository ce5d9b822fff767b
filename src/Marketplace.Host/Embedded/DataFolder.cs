namespace Marketplace.Host.Embedded;

public static class DataFolder
{
    // Others may pass through, for the database's own user, but not look around; each secret inside is 0600.
    private const UnixFileMode PassThrough = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        try
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, PassThrough);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {path} cannot be made: {refused.Message} Choose another with MARKETPLACE_DATA.", refused);
        }
    }
}
