using System.CommandLine;
using Marketplace.Gateways.Haproxy;

namespace Marketplace.Cli.Commands.Gateway;

/// <summary><c>mkt gateway render haproxy</c></summary>
internal static class RenderCommand
{
    public static Command Haproxy()
    {
        var snapshot = new Option<string>("--snapshot") { Required = true, Description = "File with the signed policy, as the control plane serves it." };
        var jwks = new Option<string>("--jwks") { Required = true, Description = "File with the marketplace's keys (/.well-known/jwks.json)." };
        var folder = new Option<string>("--out") { Required = true, Description = "Folder to write haproxy.cfg, its maps and keys to." };
        var socket = new Option<string?>("--runtime-socket") { Description = "Path of haproxy's runtime socket; by default haproxy.sock in the folder." };
        var issuer = new Option<string?>("--issuer") { Description = "Issuer to accept; by default the one that the policy names." };
        var (bind, backend) = (GatewayOptions.Bind(), GatewayOptions.Backend());
        var (certificate, basePath) = (GatewayOptions.Certificate(), GatewayOptions.BasePath());
        var command = new Command("haproxy", "Write a HAProxy 2.6 configuration.") { snapshot, jwks, folder, bind, backend, certificate, socket, issuer, basePath };
        command.SetAction(parsed =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(folder));
            var (policy, files) = HaproxyFiles.Generate(
                File.ReadAllText(parsed.GetRequiredValue(snapshot)),
                File.ReadAllText(parsed.GetRequiredValue(jwks)),
                new HaproxyOptions
                {
                    Bind = parsed.GetRequiredValue(bind),
                    Backend = parsed.GetRequiredValue(backend),
                    Certificate = parsed.GetValue(certificate) is { } file ? Path.GetFullPath(file) : null,
                    RuntimeSocket = parsed.GetValue(socket) ?? Path.Combine(target, "haproxy.sock"),
                    Issuer = parsed.GetValue(issuer),
                    BasePath = parsed.GetValue(basePath),
                },
                TimeProvider.System.GetUtcNow());
            files.WriteTo(target);
            foreach (var path in files.Contents.Keys)
                Console.Out.WriteLine(Path.Combine(target, path));
            Shell.Log($"{policy.Api} {policy.Version} in {policy.Environment}, revision {policy.Revision}.");
            return 0;
        });
        return command;
    }
}
