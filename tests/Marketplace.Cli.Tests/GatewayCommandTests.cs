using Marketplace.Contracts.Policy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Cli.Tests;

/// <summary>The real <c>mkt</c>, run as a program.</summary>
public sealed class GatewayCommandTests : IDisposable
{
    private readonly string folder = TestFolder.Create("mkt");
    private readonly TestIssuer issuer = new("http://localhost:5080", TimeProvider.System);

    [Fact]
    public async Task Render_writes_the_files_and_names_them_on_stdout()
    {
        var (exit, output, errors) = await RenderAsync(Snapshot(), issuer.Jwks());
        Assert.Equal((0, "payments v1 in production, revision 7.\n"), (exit, errors));
        var files = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(Path.Combine(folder, "out", "haproxy.cfg"), files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Contains("server service 127.0.0.1:5082", await File.ReadAllTextAsync(Path.Combine(folder, "out", "haproxy.cfg")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_refuses_a_policy_that_another_key_signed()
    {
        using var stranger = new TestIssuer(issuer.Issuer, TimeProvider.System);
        var (exit, output, errors) = await RenderAsync(Snapshot(), stranger.Jwks());
        Assert.Equal((1, "", "The snapshot's signature does not hold: UnknownKey.\n"), (exit, output, errors));
        Assert.False(Directory.Exists(Path.Combine(folder, "out")));
    }

    [Theory]
    [InlineData("localhost", "The address to listen on must be host:port.\n")]
    [InlineData("127.0.0.1:1 accept-proxy", "The address to listen on must be host:port.\n")]
    public async Task Render_refuses_an_address_that_is_none(string bind, string said)
    {
        var (exit, _, errors) = await RenderAsync(Snapshot(), issuer.Jwks(), bind);
        Assert.Equal((1, said), (exit, errors));
    }

    [Fact]
    public async Task A_wrong_command_line_is_explained_on_stderr_with_exit_code_2()
    {
        var (exit, output, errors) = await RunAsync(["gateway", "run", "haproxy"]);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("--client-secret-file", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("/etc/passwd")]
    [InlineData("ftp://localhost")]
    public async Task A_url_that_is_none_is_explained(string url)
    {
        var (exit, _, errors) = await RunAsync(["gateway", "run", "haproxy", "--url", url]);
        Assert.Equal(2, exit);
        Assert.Contains("--url must be", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_exit_code_1()
    {
        var (exit, output, errors) = await RunAsync(
        [
            "gateway", "run", "haproxy", "--url", "http://127.0.0.1:1", "--api", "payments", "--version", "v1", "--environment", "production",
            "--client-id", "app_a", "--client-secret-file", folder + "/none", "--bind", "127.0.0.1:1", "--backend", "127.0.0.1:2", "--out", folder + "/gateway",
        ]);
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("/none", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_nobody_answers_ends_at_once_on_sigterm()
    {
        await using var mkt = ChildProcess.Start(Program,
        [
            "gateway", "run", "haproxy", "--url", "http://127.0.0.1:1", "--api", "payments", "--version", "v1", "--environment", "production",
            "--client-id", "app_a", "--client-secret-file", "-", "--bind", "127.0.0.1:1", "--backend", "127.0.0.1:2", "--out", folder + "/gateway",
        ], input: "secret");
        await Eventually.HoldsAsync(() => mkt.Errors.Contains("nothing is let through", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("secret", mkt.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await mkt.StopAsync(Busy.Allow(TimeSpan.FromSeconds(5))));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(9)]
    public async Task Haproxy_starts_from_the_policy_on_disk_and_ends_with_its_agent_however_that_ends(int signal)
    {
        var (gateway, port) = (folder + "/gateway", LoopbackPort.Pick());
        Directory.CreateDirectory(gateway);
        await File.WriteAllTextAsync(gateway + "/snapshot.jwt", Snapshot());
        await File.WriteAllTextAsync(gateway + "/jwks.json", issuer.Jwks());
        await File.WriteAllTextAsync(gateway + "/confirmed", $"7 {TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}");
        await using var mkt = ChildProcess.Start(Program,
        [
            "gateway", "run", "haproxy", "--url", "http://127.0.0.1:1", "--issuer", issuer.Issuer, "--api", "payments", "--version", "v1", "--environment", "production",
            "--client-id", "app_a", "--client-secret-file", "-", "--bind", $"127.0.0.1:{port}", "--backend", "127.0.0.1:1", "--out", gateway,
        ], input: "secret");
        await Eventually.HoldsAsync(() => mkt.Output.Contains("revision 7", StringComparison.Ordinal), TimeSpan.FromSeconds(15));
        Assert.Equal($"enforcing payments v1 production revision 7 on 127.0.0.1:{port}\n", mkt.Output);
        Assert.Equal(ReasonCode.TokenMissing, (await RawHttp.SendAsync(port, "GET", "/bank/v1/payments", [])).Reason);

        mkt.Signal(signal);
        Assert.Equal(signal == 15, await mkt.Exit == 0);
        await Eventually.HoldsAsync(() => !Answers(port), TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        issuer.Dispose();
        TestFolder.Delete(folder);
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            client.Connect(System.Net.IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "mkt");

    private string Snapshot() => issuer.Sign(EnforcementPolicy.Snapshot(issuer.Issuer, TimeProvider.System.GetUtcNow()));

    private async Task<(int Exit, string Output, string Errors)> RenderAsync(string snapshot, string jwks, string bind = "127.0.0.1:5083")
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "snapshot.jwt"), snapshot + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "jwks.json"), jwks);
        return await RunAsync(
        [
            "gateway", "render", "haproxy", "--snapshot", folder + "/snapshot.jwt", "--jwks", folder + "/jwks.json",
            "--bind", bind, "--backend", "127.0.0.1:5082", "--out", folder + "/out",
        ]);
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string[] arguments)
    {
        await using var mkt = ChildProcess.Start(Program, arguments);
        return (await mkt.Exit, mkt.Output, mkt.Errors);
    }
}
