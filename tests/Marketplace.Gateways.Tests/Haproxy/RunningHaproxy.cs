using System.Net;
using System.Net.Sockets;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Haproxy;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>Debian's haproxy under generated files, in a folder of its own.</summary>
public sealed class RunningHaproxy : IAsyncDisposable
{
    private readonly ChildProcess process;

    private RunningHaproxy(string folder, int port)
    {
        Folder = folder;
        Port = port;
        process = Start(folder, "-db");
    }

    public string Folder { get; }

    public int Port { get; }

    public string Log => process.Errors;

    public static async Task<RunningHaproxy> StartAsync(PolicySnapshot snapshot, string jwks, int backend)
    {
        var folder = TestFolder.Create("haproxy");
        var port = LoopbackPort.Pick();
        Write(folder, Generate(snapshot, jwks, new HaproxyOptions
        {
            Bind = $"127.0.0.1:{port}",
            Backend = $"127.0.0.1:{backend}",
            RuntimeSocket = Path.Combine(folder, "runtime.sock"),
        }));
        var (exit, output) = await CheckAsync(folder);
        Assert.True(exit == 0, output);
        var running = new RunningHaproxy(folder, port);
        await running.ListeningAsync();
        return running;
    }

    public static HaproxyFiles Generate(PolicySnapshot snapshot, string jwks, HaproxyOptions options) =>
        JwkSet.TryParse(jwks, out var keys)
            ? HaproxyFiles.Generate(snapshot, keys, options, TimeProvider.System.GetUtcNow())
            : throw new InvalidDataException("Not a JWKS: " + jwks);

    public static void Write(string folder, HaproxyFiles files)
    {
        foreach (var (path, text) in files.Contents)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    /// <summary>What <c>haproxy -c</c> says.</summary>
    public static async Task<(int Exit, string Output)> CheckAsync(string folder)
    {
        await using var check = Start(folder, "-c");
        return (await check.Exit, check.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        TestFolder.Delete(Folder);
    }

    /// <summary>The real program; without it these tests fail, they are not skipped.</summary>
    public static string Program => (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin").Split(':')
        .Select(folder => Path.Combine(folder, "haproxy"))
        .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("These tests run Debian's haproxy, which is not installed: apt-get install haproxy.");

    private static ChildProcess Start(string folder, string mode) =>
        ChildProcess.Start(Program, [mode, "-f", Path.Combine(folder, HaproxyFiles.Configuration)]);

    private async Task ListeningAsync()
    {
        for (var i = 0; i < 1200; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!process.Exit.IsCompleted)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("haproxy does not listen: " + Log);
    }
}
