using System.Diagnostics;

namespace Marketplace.Bench;

/// <summary>The control plane alone in a process of its own, as it is shipped.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process)
    {
        this.process = process;
        AppDomain.CurrentDomain.ProcessExit += End;
    }

    public double CpuSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The most memory that it ever had.</summary>
    public long Megabytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64 / 1024 / 1024;
        }
    }

    public static async Task<ServerProcess> StartAsync(Uri url)
    {
        var start = new ProcessStartInfo("dotnet", ["src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["Planes"] = "control", ["MARKETPLACE_PORT"] = url.Port.ToString(), ["Logging__LogLevel__Default"] = "Warning",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning", ["Logging__LogLevel__Microsoft.Extensions.Diagnostics.HealthChecks"] = "None" },
        };
        var server = new ServerProcess(Process.Start(start)!);
        server.process.OutputDataReceived += (_, line) => Console.WriteLine(line.Data);
        server.process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(url, "/health/ready"))).IsSuccessStatusCode)
                    return server;
            }
            catch (HttpRequestException) when (!server.process.HasExited)
            {
                // Not there yet.
            }

            await Task.Delay(50);
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= End;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void End(object? sender, EventArgs e) => process.Kill();
}
