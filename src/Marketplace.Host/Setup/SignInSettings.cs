using System.Net;
using Marketplace.Core.Audit;
using Marketplace.Core.People;
using Marketplace.Portal.SignIn.Company;
using Microsoft.AspNetCore.HttpOverrides;

namespace Marketplace.Host.Setup;

/// <summary>How people come in, as an operator says it. docs/guides/sign-in.md explains each.</summary>
public static class SignInSettings
{
    private const string Issuer = "MARKETPLACE_OIDC_ISSUER";

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var issuer = Given(configuration, Issuer);
        var rules = new SignInRules
        {
            Company = issuer is null ? null : new(Checked(issuer), Given(configuration, "MARKETPLACE_OIDC_NAME") ?? "your company account")
            {
                LinkVerifiedEmail = Flag(configuration, "MARKETPLACE_OIDC_LINK_VERIFIED_EMAIL", false),
                Provision = Flag(configuration, "MARKETPLACE_OIDC_PROVISION", true),
            },
            Local = Flag(configuration, "MARKETPLACE_LOCAL_SIGN_IN", true),
            BreakGlass = Listed(configuration, "MARKETPLACE_BREAK_GLASS"),
            Idle = TimeSpan.FromMinutes(Number(configuration, "MARKETPLACE_SESSION_IDLE_MINUTES", 60, 5, 1440)),
            Longest = TimeSpan.FromHours(Number(configuration, "MARKETPLACE_SESSION_HOURS", 12, 1, 168)),
            TokenDays = Number(configuration, "MARKETPLACE_TOKEN_DAYS", 366, 1, 366),
        };
        if (!rules.Local && rules.Company is null)
            throw new StartupException($"MARKETPLACE_LOCAL_SIGN_IN is false and {Issuer} is not set: nobody could sign in.");
        builder.Services.AddSingleton(rules);
        builder.Services.AddSingleton(new AuditRetention(Number(configuration, "MARKETPLACE_AUDIT_YEARS", 7, 1, 100)));
        if (rules.Company is not null)
            builder.Services.AddSingleton(new OpenIdSettings(
                Given(configuration, "MARKETPLACE_OIDC_CLIENT_ID") ?? throw new StartupException($"{Issuer} is set; MARKETPLACE_OIDC_CLIENT_ID is missing."),
                Secret(configuration))
            {
                Scopes = Given(configuration, "MARKETPLACE_OIDC_SCOPES") is { } scopes ? $"openid {scopes.Replace("openid", "", StringComparison.Ordinal)}" : "openid profile email",
                GroupsClaim = Given(configuration, "MARKETPLACE_OIDC_GROUPS_CLAIM") ?? "groups",
                Prompt = Given(configuration, "MARKETPLACE_OIDC_PROMPT"),
            });
        builder.Services.Configure<ForwardedHeadersOptions>(options => TrustProxies(options, configuration));
    }

    /// <summary>"From where" on the audit trail and in limits is the address of the person, not that of the load balancer; from others the headers count for nothing.</summary>
    private static void TrustProxies(ForwardedHeadersOptions options, ConfigurationManager configuration)
    {
        const string name = "MARKETPLACE_TRUSTED_PROXIES";
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in Listed(configuration, name))
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else
                throw new StartupException($"{name} names \"{proxy}\", which is neither an address nor a network such as 10.0.0.0/8.");
        }

        // Without proxies that are trusted the middleware would trust everybody.
        options.ForwardedHeaders = options.KnownProxies.Count + options.KnownIPNetworks.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // As many as there are one behind the other, each of them trusted.
        options.ForwardLimit = null;
    }

    private static string Checked(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url is { Scheme: "http", IsLoopback: true }) && url is { Query: "", Fragment: "" }
            ? issuer
            : throw new StartupException($"{Issuer} is \"{issuer}\"; it must be an https address.");

    private static string? Secret(ConfigurationManager configuration)
    {
        if (Given(configuration, "MARKETPLACE_OIDC_CLIENT_SECRET_FILE") is not { } file)
            return Given(configuration, "MARKETPLACE_OIDC_CLIENT_SECRET");
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"MARKETPLACE_OIDC_CLIENT_SECRET_FILE names {file}, which cannot be read: {fault.Message}");
        }
    }

    private static string? Given(ConfigurationManager configuration, string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static string[] Listed(ConfigurationManager configuration, string name) =>
        (configuration[name] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static bool Flag(ConfigurationManager configuration, string name, bool otherwise) => Given(configuration, name) is not { } text ? otherwise
        : bool.TryParse(text, out var flag) ? flag : throw new StartupException($"{name} is \"{text}\"; say true or false.");

    private static int Number(ConfigurationManager configuration, string name, int otherwise, int least, int most) =>
        Given(configuration, name) is not { } text ? otherwise
        : int.TryParse(text, out var number) && number >= least && number <= most ? number
        : throw new StartupException($"{name} is \"{text}\"; say a number from {least} to {most}.");
}
