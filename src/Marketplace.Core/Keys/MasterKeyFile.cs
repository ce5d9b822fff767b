using System.Security.Cryptography;

namespace Marketplace.Core.Keys;

internal static class MasterKeyFile
{
    /// <summary>Writes a new key beside the place and moves it there whole: a crash leaves no half a key.</summary>
    public static MasterKey Create(string path)
    {
        var bytes = RandomNumberGenerator.GetBytes(MasterKey.Length);
        var draft = path + ".new";
        try
        {
            File.Delete(draft);
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes) + "\n"));
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The master key file {path} cannot be made: {e.Message}", e);
        }
        return new MasterKey(bytes);
    }
}
