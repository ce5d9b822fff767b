using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Tokens;

namespace Marketplace.Host.Setup;

/// <summary>
/// Clients with certificates (RFC 8705), when an operator asks for them: on an HTTPS port of our own
/// (MARKETPLACE_MTLS_PORT, _CERTIFICATE, _KEY), or behind proxies that are named by address (MARKETPLACE_MTLS_PROXIES).
/// </summary>
public static class MutualTls
{
    private const string Prefix = "MARKETPLACE_MTLS_";

    /// <summary>Null unless one of the two is configured.</summary>
    public static MutualTlsOptions? AddMutualTls(this WebApplicationBuilder builder)
    {
        var proxies = Text(builder, "PROXIES") is { } list ? ParseNetworks(list) : [];
        var port = Text(builder, "PORT") is { } text ? ParsePort(text) : 0;
        if (port == 0 && proxies.Count == 0) return null;
        if (port != 0) Listen(builder, port);
        return new()
        {
            Url = ParseUrl(Text(builder, "URL")
                ?? (port != 0 ? $"https://{Dns.GetHostName()}:{port}" : throw Wrong("PROXIES", "is set; set MARKETPLACE_MTLS_URL to where clients reach the proxy"))),
            Authorities = Text(builder, "AUTHORITIES") is { } file ? Load(file, "AUTHORITIES", ImportAll) : [],
            TrustedProxies = proxies,
        };
    }

    private static void Listen(WebApplicationBuilder builder, int port)
    {
        var file = Text(builder, "CERTIFICATE") ?? throw Wrong("PORT", "is set; set MARKETPLACE_MTLS_CERTIFICATE to a PEM file, and MARKETPLACE_MTLS_KEY to its key");
        var server = Load(file, "CERTIFICATE", name => X509Certificate2.CreateFromPemFile(name, Text(builder, "KEY")));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AskForCertificates(port, server));
        // Beside the addresses there are; naming endpoints in code would replace them.
        var ports = builder.Configuration["HTTP_PORTS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => $"http://*:{p}") ?? [];
        var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey) is { Length: > 0 } given ? given : string.Join(';', ports);
        builder.WebHost.UseUrls($"{urls};https://*:{port}".TrimStart(';'));
    }

    private static X509Certificate2Collection ImportAll(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new CryptographicException("It holds no certificate.");
    }

    private static T Load<T>(string file, string name, Func<string, T> load)
    {
        try
        {
            return load(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Wrong(name, $"names {file}, which cannot be used: {e.Message}");
        }
    }

    private static List<IPNetwork> ParseNetworks(string list) => [.. list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(one =>
        IPNetwork.TryParse(one, out var network) ? network
        : IPAddress.TryParse(one, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw Wrong("PROXIES", $"names \"{one}\", which is no address and no network"))];

    private static int ParsePort(string text) =>
        int.TryParse(text, out var port) && port is > 0 and < 65536 ? port : throw Wrong("PORT", $"is \"{text}\", which is no port");

    private static string ParseUrl(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url is { Scheme: "https", Query: "", Fragment: "" }
            ? text.TrimEnd('/')
            : throw Wrong("URL", $"is \"{text}\", which is no https address");

    private static string? Text(WebApplicationBuilder builder, string name) =>
        builder.Configuration[Prefix + name] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static StartupException Wrong(string name, string what) => new($"{Prefix}{name} {what}.");
}
