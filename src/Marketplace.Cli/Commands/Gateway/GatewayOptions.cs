using System.CommandLine;

namespace Marketplace.Cli.Commands.Gateway;

/// <summary>Options that rendering and running share.</summary>
internal static class GatewayOptions
{
    public static Option<string> Bind() => new("--bind") { Required = true, Description = "Address and port to listen on, such as 127.0.0.1:5083." };

    public static Option<string> Backend() => new("--backend") { Required = true, Description = "Address and port of the service behind, which nothing else may reach." };

    public static Option<string?> Certificate() => new("--certificate") { Description = "PEM file with certificate and private key; without it the gateway speaks plain HTTP." };

    public static Option<string?> BasePath() => new("--base-path") { Description = "Prefix of every path in place of the policy's." };
}
