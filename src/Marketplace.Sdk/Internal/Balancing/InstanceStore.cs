using System.Security.Cryptography;
using System.Text;
using Marketplace.Sdk.Internal.Protection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>The last list on this process's own disk, as it came, with the keys that it was verified with. What the disk refuses costs a warning.</summary>
internal sealed partial class InstanceStore(string? folder, ILogger logger)
{
    private const string ListFile = "instances.jwt";
    private const string KeysFile = "jwks.json";

    public (string List, byte[] Keys)? Load()
    {
        try
        {
            return folder is not null && PrivateFile.Read(Path.Combine(folder, ListFile)) is { } list && PrivateFile.Read(Path.Combine(folder, KeysFile)) is { } keys
                ? (Encoding.ASCII.GetString(list), keys) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Disk(logger, e.Message);
            return null;
        }
    }

    public void Save(string list, KeySet keys)
    {
        if (folder is null)
            return;
        try
        {
            PrivateFile.Write(Path.Combine(folder, KeysFile), keys.Json.Span);
            PrivateFile.Write(Path.Combine(folder, ListFile), Encoding.ASCII.GetBytes(list));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Disk(logger, e.Message);
        }
    }

    public static string? FolderOf(MarketplaceApiOptions options, ApiName api, MarketplaceClientOptions account)
    {
        if (options.StateFolder is not null)
            return options.StateFolder.Length == 0 ? null : Path.GetFullPath(options.StateFolder);
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var who = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account.ExpectedIssuer} {account.ClientId}")))[..8];
        return own.Length == 0 ? null : Path.Combine(own, "marketplace", Uri.EscapeDataString($"instances-{api.Name}-{api.Version}-{api.Environment}-{who}"));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The list of instances cannot be kept on disk, or read from there; calls go on, and a restart needs the marketplace or a fallback. {Fault}")]
        public static partial void Disk(ILogger logger, string fault);
    }
}
