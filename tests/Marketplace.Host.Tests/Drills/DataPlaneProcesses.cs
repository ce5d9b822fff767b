using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>
/// How the sample provider with the SDK, and <c>mkt gateway run haproxy</c>, are started: each with a disk of a megabyte
/// and with libfaketime, so that a drill can set its wall clock and nobody else's.
/// </summary>
internal sealed class DataPlaneProcesses(string folder, SmallDisks disks, Uri issuer, int network, string clientId, string backend)
{
    private readonly int _servicePort = LoopbackPort.Pick();
    private readonly int _gatewayPort = LoopbackPort.Pick();
    private readonly int _statusPort = LoopbackPort.Pick();

    public Uri ServiceUrl => new($"http://localhost:{_servicePort}");

    public Uri GatewayUrl => new($"http://127.0.0.1:{_gatewayPort}");

    private static string FakeTime { get; } = Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", SearchOption.AllDirectories).First();

    public DataPlane Service()
    {
        var program = HostProcess.Built("Marketplace.Samples.Provider.dll", "samples", "provider");
        var metrics = Path.Combine(folder, "service.metrics");
        return new("service", ServiceUrl, Path.Combine(folder, "service.clock"), () => Start("service", "dotnet", program,
            ("Port", $"{_servicePort}"), ("Marketplace__Url", $"http://localhost:{network}"), ("Marketplace__Issuer", Issuer),
            ("Marketplace__ClientId", clientId), ("Marketplace__ClientSecretFile", Path.Combine(folder, "secret")),
            ("Marketplace__StateFolder", Path.Combine(folder, "service", "state")), ("Marketplace__LongPoll", "00:00:01"),
            ("Logging__LogLevel__Default", "Warning"), ("Logging__LogLevel__Microsoft.Extensions.Diagnostics.HealthChecks", "Critical"), ("DOTNET_STARTUP_HOOKS", typeof(ChildProcess).Assembly.Location), ("METRICS_FILE", metrics)))
        {
            Metrics = async () => await File.ReadAllLinesAsync(metrics),
        };
    }

    public DataPlane Gateway()
    {
        var program = HostProcess.Built("mkt.dll", "src", "Marketplace.Cli");
        string[] command =
        [
            program, "gateway", "run", "haproxy", "--url", $"http://localhost:{network}", "--issuer", Issuer, "--haproxy", World.Haproxy,
            "--api", "payments", "--version", "v1", "--environment", "production", "--out", Path.Combine(folder, "gateway", "state"),
            "--client-id", clientId, "--client-secret-file", Path.Combine(folder, "secret"), "--long-poll", "1",
            "--bind", GatewayUrl.Authority, "--backend", new Uri(backend).Authority, "--status", $"127.0.0.1:{_statusPort}",
        ];
        DataPlane? gateway = null;
        return gateway = new("gateway", new Uri($"http://127.0.0.1:{_statusPort}"), Path.Combine(folder, "gateway.clock"), () => Start("gateway", "dotnet", string.Join('\n', command)))
        {
            Metrics = async () => (await gateway!.MetricsFromStatusAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        };
    }

    private string Issuer => issuer.AbsoluteUri.TrimEnd('/');

    // Where the disks are, in its program's folder, and with a clock that the file sets: of its wall clock alone.
    private ChildProcess Start(string name, string program, string arguments, params (string Name, string Value)[] settings)
    {
        string[] words = arguments.Split('\n');
        string[] command =
        [
            .. disks.Enter, "env", "-C", Path.GetDirectoryName(words[0])!, $"LD_PRELOAD={FakeTime}", $"FAKETIME_TIMESTAMP_FILE={Path.Combine(folder, name + ".clock")}",
            "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0", "FAKETIME_CACHE_DURATION=1", program, .. words,
        ];
        return ChildProcess.Start(command[0], command[1..], settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value, StringComparer.Ordinal));
    }
}
