using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>One plane as a process of its own, to be killed and started again on the same port.</summary>
internal sealed class Plane(string name, string connectionString, int publicPort) : IAsyncDisposable
{
    private HostProcess? _host;

    public int Port { get; } = LoopbackPort.Pick();

    public async Task StartAsync() => _host = await HostProcess.StartAsync(new()
    {
        ConnectionString = connectionString,
        Port = Port,
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Planes"] = name,
            ["PublicUrl"] = $"http://localhost:{publicPort}",
            ["Logging__LogLevel__Default"] = "Warning",
        },
    });

    public async Task KillAsync()
    {
        _host!.Process.Signal(9);
        await _host.Process.Exit;
        await _host.DisposeAsync();
    }

    public bool IsDown => _host is { Process.Exit.IsCompleted: true };

    /// <summary>Ready and what it says per check, as /health/ready has it.</summary>
    public async Task<string> HealthAsync() => await _host!.Client.GetStringAsync("/health/ready");

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }
}
