using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Host.Embedded;
using Marketplace.Testing;

namespace Marketplace.Host.Tests;

/// <summary>./up.sh as an operator meets it: one command, everything runs, and every way to end it is survived.</summary>
public sealed partial class UpTests : IDisposable
{
    private readonly string _folder = TestFolder.Create("up");
    private readonly int _port = SixPorts();

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task One_command_runs_everything_and_what_it_prints_works()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var first = Start();
        await ReadyAsync(first, TimeSpan.FromMinutes(6));
        var firstTook = TimeProvider.System.GetElapsedTime(began);
        Assert.Contains("NOT for production", first.Output, StringComparison.Ordinal);
        Assert.Equal("200 200 403 200 200 403", await TryNextAsync(first.Output));

        using var http = new HttpClient();
        Assert.Contains("font", await http.GetStringAsync(new Uri($"http://localhost:{_port + 4}/consumer.css"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // After kill -9 the next start comes by itself, with the same people, and one database; and it makes nothing anew,
        // which the first start beside the same other tests is the measure for.
        first.Signal(Signals.Kill);
        var took = await RestartAsync(first.Output, firstTook);
        TestContext.Current.TestOutputHelper?.WriteLine($"first start: {firstTook.TotalSeconds:0.0} s, second start: {took.TotalSeconds:0.0} s");
        Assert.True(took < firstTook, $"the second start took {took}, the first {firstTook}");
    }

    [Fact]
    public async Task A_taken_port_is_said_before_anything_starts()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, _port + 3);
        taken.Start();

        await using var up = Start();

        Assert.Equal(1, await up.Exit.WaitAsync(TimeSpan.FromMinutes(6)));
        Assert.Contains($"Another program listens on port {_port + 3}.", up.Errors, StringComparison.Ordinal);
        Assert.Empty(ProcessesOf(_folder));
    }

    /// <summary>The best of three, as other tests keep this machine busy.</summary>
    private async Task<TimeSpan> RestartAsync(string before, TimeSpan firstTook)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3 && best >= firstTook; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await using var again = Start();
            await ReadyAsync(again, TimeSpan.FromMinutes(2));
            var took = TimeProvider.System.GetElapsedTime(began);
            best = took < best ? took : best;
            Assert.Equal(People(before), People(again.Output));
            Assert.Equal("200 200 403 200 200 403", await TryNextAsync(again.Output));
            Assert.Single(Orphan.FindPostmasters(Path.Combine(_folder, "postgres")));

            Assert.Equal(0, await again.StopAsync(TimeSpan.FromSeconds(60)));
            await Eventually.HoldsAsync(() => ProcessesOf(_folder) is [], TimeSpan.FromSeconds(30));
        }
        return best;
    }

    private ChildProcess Start() => ChildProcess.Start(Repository.File("up.sh"), [], new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["MARKETPLACE_PORT"] = _port.ToString(),
        ["MARKETPLACE_DATA"] = _folder,
        ["ConnectionStrings__Marketplace"] = null,
    });

    private static async Task ReadyAsync(ChildProcess up, TimeSpan within)
    {
        try
        {
            await Eventually.HoldsAsync(() => up.Exit.IsCompleted || up.Output.Contains("Ctrl-C stops everything", StringComparison.Ordinal), within);
        }
        finally
        {
            Assert.True(up.Output.Contains("Ctrl-C stops everything", StringComparison.Ordinal), up.Output + up.Errors);
        }
    }

    /// <summary>Runs the printed lines as they stand, and gives the status of each answer.</summary>
    private static async Task<string> TryNextAsync(string printed)
    {
        var script = new StringBuilder("set -e\n");
        foreach (var line in Commands().Matches(printed).Select(match => match.Value.Trim())) script.AppendLine(line);
        await using var shell = ChildProcess.Start("bash", ["-c", script.ToString()]);
        Assert.True(await shell.Exit.WaitAsync(TimeSpan.FromMinutes(1)) == 0, shell.Errors);
        return string.Join(' ', Status().Matches(shell.Output).Select(match => match.Groups["status"].Value));
    }

    private static string[] People(string printed) => [.. Person().Matches(printed).Select(match => match.Value)];

    private static string[] ProcessesOf(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Where(path => Mentions(path + "/cmdline", folder) || Mentions(path + "/environ", folder))];

    private static bool Mentions(string file, string folder)
    {
        try
        {
            return File.ReadAllText(file).Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int SixPorts()
    {
        while (true)
        {
            var port = LoopbackPort.Pick();
            if (port < 65000 && Enumerable.Range(port, 6).All(IsFree)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^  (TOKEN=.*\\\n.*\\\n.*|curl .*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Commands();

    [GeneratedRegex(@"HTTP/1\.1 (?<status>\d{3})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Status();

    [GeneratedRegex(@"^  \w+ +(\w{4}-){3}\w{4} ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Person();
}
