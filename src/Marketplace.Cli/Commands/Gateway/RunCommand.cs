using System.Net;
using System.CommandLine;
using System.CommandLine.Parsing;
using Marketplace.Gateways.Agent;

namespace Marketplace.Cli.Commands.Gateway;

/// <summary><c>mkt gateway run haproxy</c></summary>
internal static class RunCommand
{
    public static Command Haproxy()
    {
        var url = new Option<Uri?>("--url") { Required = true, Description = "The marketplace's public base URL.", CustomParser = ReadUrl };
        var api = new Option<string>("--api") { Required = true, Description = "Name of the API to protect." };
        var version = new Option<string>("--version") { Required = true, Description = "Its version, such as v1." };
        var environment = new Option<string>("--environment") { Required = true, Description = "sandbox or production." };
        var client = new Option<string>("--client-id") { Required = true, Description = "Client id of an application of the team that owns the API." };
        var secret = new Option<string>("--client-secret-file") { Required = true, Description = "File with its secret; - for stdin." };
        var folder = new Option<string>("--out") { Required = true, Description = "Folder for the configuration and the last policy; only this user can read it." };
        var issuer = new Option<string?>("--issuer") { Description = "Issuer to accept; by default the URL." };
        var program = new Option<string?>("--haproxy") { Description = "The haproxy to run; by default the one installed." };
        var status = new Option<string?>("--status") { Description = "Address and port of /health/ready and /metrics, such as 127.0.0.1:9101; by default not served." };
        var longPoll = new Option<int>("--long-poll") { DefaultValueFactory = _ => 25, Description = "Seconds that one question for news waits, 1 to 30; a connection cut without a word is given up 10 s later." };
        var maxAge = new Option<double>("--max-policy-age") { DefaultValueFactory = _ => 24, Description = "Hours that the last policy is enforced without the control plane; after that tokens alone decide." };
        var (bind, backend) = (GatewayOptions.Bind(), GatewayOptions.Backend());
        var (certificate, basePath) = (GatewayOptions.Certificate(), GatewayOptions.BasePath());
        var command = new Command("haproxy", "Run HAProxy in front of a service; one line on stdout for each policy that it enforces.")
        {
            url, api, version, environment, client, secret, bind, backend, certificate, folder, issuer, basePath, program, status, longPoll, maxAge,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new HaproxyAgentOptions
            {
                Marketplace = parsed.GetRequiredValue(url)!,
                Api = parsed.GetRequiredValue(api),
                Version = parsed.GetRequiredValue(version),
                Environment = parsed.GetRequiredValue(environment),
                ClientId = parsed.GetRequiredValue(client),
                ClientSecret = Shell.ReadSecret(parsed.GetRequiredValue(secret)),
                Bind = parsed.GetRequiredValue(bind),
                Backend = parsed.GetRequiredValue(backend),
                Certificate = parsed.GetValue(certificate),
                Folder = Path.GetFullPath(parsed.GetRequiredValue(folder)),
                Issuer = parsed.GetValue(issuer),
                BasePath = parsed.GetValue(basePath),
                Program = parsed.GetValue(program),
                Status = parsed.GetValue(status),
                LongPoll = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(longPoll), 1, 30)),
                MaxPolicyAge = TimeSpan.FromHours(parsed.GetValue(maxAge)),
            };
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
            using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 * 1024 };
            await new HaproxyAgent(
                options,
                http,
                TimeProvider.System,
                policy => Console.Out.WriteLine($"enforcing {policy.Api} {policy.Version} {policy.Environment} revision {policy.Revision} on {options.Bind}"),
                Shell.Log).RunAsync(cancel);
            return 0;
        });
        return command;
    }

    private static Uri? ReadUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
            return url;
        argument.AddError("--url must be an absolute http or https address.");
        return null;
    }
}
