using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Core.Fetching;

namespace Marketplace.Host.Setup;

/// <summary>Where an address that a person typed may lead: documents and key sets that are fetched, sandboxes that are called. Private networks are closed unless named.</summary>
public static class Fetching
{
    private const string Hosts = "MARKETPLACE_FETCH_HOSTS";
    private const string Sandboxes = "MARKETPLACE_SANDBOX_HOSTS";
    private const string Webhooks = "MARKETPLACE_WEBHOOK_HOSTS";
    private const string Authorities = "MARKETPLACE_FETCH_AUTHORITIES";

    public static FetchOptions ReadFetching(this IConfiguration configuration, HostSettings? settings = null) => new()
    {
        AllowedInternalHosts = Listed(configuration[Hosts]),
        SandboxHosts =
        [
            .. Listed(configuration[Sandboxes]),
            // The sample's sandbox, and nothing else of this machine.
            .. settings is { Demo: true } ? [settings.DemoPorts.Sandbox.Authority] : Array.Empty<string>(),
        ],
        WebhookHosts = Listed(configuration[Webhooks]),
        Authorities = configuration[Authorities] is { Length: > 0 } file ? Read(file) : [],
    };

    private static string[] Listed(string? hosts) => (hosts ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static X509Certificate2Collection Read(string file)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return all.Count > 0 ? all : throw new CryptographicException("It holds no certificate.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{Authorities} names {file}, which cannot be used: {e.Message}");
        }
    }
}
