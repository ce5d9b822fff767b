using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Host.Demo;

namespace Marketplace.Host.Setup;

/// <summary>What an operator chooses. docs/guides/running.md lists the same.</summary>
public sealed record HostSettings
{
    public required IReadOnlySet<string> Planes { get; init; }

    /// <summary>None: the host starts a PostgreSQL of its own in the data folder.</summary>
    public string? ConnectionString { get; init; }

    public required string DataFolder { get; init; }

    /// <summary>The base of every address that we hand out, and the issuer of every token.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>Where governance asks the token plane for sandbox tokens; null: in this process, else at the public address.</summary>
    public Uri? TokenUrl { get; init; }

    /// <summary>As the "iss" of tokens has it: without a trailing slash.</summary>
    public string Issuer => PublicUrl.AbsoluteUri.TrimEnd('/');

    public required MasterKeySource MasterKey { get; init; }

    /// <summary>The first account of an empty marketplace without the demo; nobody could sign in otherwise.</summary>
    public string? AdministratorPasswordFile { get; init; }

    /// <summary>How long a signing key signs before the next one follows it.</summary>
    public TimeSpan SigningKeyLife { get; init; } = new SigningKeyTimes().Active;

    /// <summary>By its name, the team whose owners edit the rulesets; null: only administrators and security officers do.</summary>
    public string? PlatformTeam { get; init; }

    /// <summary>Demo people with printed passwords; never beside a database that somebody else runs.</summary>
    public required bool Demo { get; init; }

    /// <summary>Where up.sh starts the sample provider, beside our own port.</summary>
    public DemoPorts DemoPorts { get; init; } = new(DefaultPort);

    internal const int DefaultPort = 5080;

    public bool IsEmbedded => ConnectionString is null;

    public bool Has(string plane) => Planes.Contains(plane);
}

public static class HostSettingsReader
{
    public static HostSettings ReadSettings(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var port = configuration["MARKETPLACE_PORT"] is { Length: > 0 } text ? ParsePort(text) : HostSettings.DefaultPort;
        // An address in the usual place (ASPNETCORE_URLS, --urls) wins; ours is this machine's alone.
        if (string.IsNullOrEmpty(configuration["URLS"]) && string.IsNullOrEmpty(configuration["HTTP_PORTS"]))
            builder.WebHost.UseUrls($"http://localhost:{port}");
        var connection = configuration.GetConnectionString("Marketplace") is { Length: > 0 } given ? given : null;
        var data = Path.GetFullPath(Given(configuration, "MARKETPLACE_DATA", "DataFolder") ?? ".data");
        return new()
        {
            Planes = ParsePlanes(configuration["Planes"]),
            ConnectionString = connection,
            DataFolder = data,
            PublicUrl = ParseUrl(Given(configuration, "MARKETPLACE_PUBLIC_URL", "PublicUrl") ?? $"http://localhost:{port}"),
            TokenUrl = Given(configuration, "MARKETPLACE_TOKEN_URL", "TokenUrl") is { } token ? ParseUrl(token) : null,
            DemoPorts = new(port),
            MasterKey = new()
            {
                Value = configuration[MasterKeySource.Variable],
                File = Given(configuration, "MARKETPLACE_MASTER_KEY_FILE", "MasterKeyFile")
                    ?? (connection is null ? Path.Combine(data, "master.key") : null),
                MayGenerate = connection is null,
            },
            AdministratorPasswordFile = Given(configuration, "MARKETPLACE_ADMIN_PASSWORD_FILE", "AdministratorPasswordFile"),
            SigningKeyLife = ParseDays("MARKETPLACE_SIGNING_KEY_DAYS", Given(configuration, "MARKETPLACE_SIGNING_KEY_DAYS", "SigningKeyDays") ?? "30"),
            PlatformTeam = Given(configuration, "MARKETPLACE_PLATFORM_TEAM", "PlatformTeam"),
            Demo = connection is null && ParseFlag("MARKETPLACE_DEMO", Given(configuration, "MARKETPLACE_DEMO", "Demo") ?? "true"),
        };
    }

    private static string? Given(ConfigurationManager configuration, params string[] names) =>
        names.Select(name => configuration[name]).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));

    private static int ParsePort(string text) => int.TryParse(text, out var port) && port is > 0 and < 65536
        ? port
        : throw new StartupException($"MARKETPLACE_PORT is \"{text}\", which is no port.");

    private static bool ParseFlag(string name, string text) => bool.TryParse(text, out var flag)
        ? flag
        : throw new StartupException($"{name} is \"{text}\"; say true or false.");

    // A key is announced a day before it signs.
    private static TimeSpan ParseDays(string name, string text) => int.TryParse(text, out var days) && days is >= 2 and <= 3650
        ? TimeSpan.FromDays(days)
        : throw new StartupException($"{name} is \"{text}\"; say a number of days from 2 to 3650.");

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Query: "", Fragment: "" }
            ? url
            : throw new StartupException($"PublicUrl is \"{text}\", which is no address that a browser could open.");

    private static HashSet<string> ParsePlanes(string? text)
    {
        var names = (text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (names is [] or ["all"]) return [.. Plane.All];
        return names.FirstOrDefault(name => !Plane.All.Contains(name)) is { } unknown
            ? throw new StartupException($"Planes names \"{unknown}\"; there are {string.Join(", ", Plane.All)}, or all.")
            : [.. names];
    }
}
