using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Haproxy;
using Marketplace.Jose;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>The generated files, to be read by people: a change of a rule shows up as a change of the golden file.</summary>
public sealed class GoldenFilesTests
{
    private const string Jwks = """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"2026-11","use":"sig","alg":"ES256"}]}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_files_of_a_policy_are_the_golden_ones()
    {
        var text = new StringBuilder();
        foreach (var (path, content) in Generate(EnforcementPolicy.Snapshot("http://localhost:5080", Now), "/run/marketplace/haproxy.sock").Contents)
            text.Append("==> ").Append(path).Append('\n').Append(content).Append('\n');

        var golden = Path.Combine(Repository.Root, "tests/Marketplace.Gateways.Tests/Haproxy/Golden/haproxy.txt");
        var actual = text.ToString();
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllText(golden, actual);
        Assert.Equal(File.ReadAllText(golden), actual);
    }

    [Fact]
    public async Task Haproxy_accepts_them_without_a_warning()
    {
        var folder = TestFolder.Create("golden");
        RunningHaproxy.Write(folder, Generate(EnforcementPolicy.Snapshot("http://localhost:5080", Now), folder + "/haproxy.sock"));
        var (exit, output) = await RunningHaproxy.CheckAsync(folder);
        Assert.True(exit == 0 && !output.Contains("WARNING", StringComparison.Ordinal), output);
        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task Each_thread_tells_of_its_calls_on_a_descriptor_of_its_own()
    {
        var folder = TestFolder.Create("golden");
        var files = HaproxyFiles.Generate(EnforcementPolicy.Snapshot("http://localhost:5080", Now), Keys(), new HaproxyOptions
        {
            Bind = "127.0.0.1:5083", Backend = "127.0.0.1:5082", RuntimeSocket = folder + "/haproxy.sock", ReportUsage = true, Threads = 2,
        }, Now);
        var written = files.Contents[HaproxyFiles.Configuration];
        Assert.Contains("nbthread 2\n", written, StringComparison.Ordinal);
        Assert.Contains("bind 127.0.0.1:5083 thread 1\n  log fd@10 ", written, StringComparison.Ordinal);
        Assert.Contains("bind 127.0.0.1:5083 thread 2\n  log fd@11 ", written, StringComparison.Ordinal);
        Assert.DoesNotContain("stdout", written, StringComparison.Ordinal);

        RunningHaproxy.Write(folder, files);
        var (exit, output) = await RunningHaproxy.CheckAsync(folder);
        Assert.True(exit == 0 && !output.Contains("WARNING", StringComparison.Ordinal), output);
        TestFolder.Delete(folder);
    }

    [Fact]
    public void Grants_alone_need_no_reload_and_anything_else_does()
    {
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now);
        var before = Generate(policy, "/run/a.sock");
        Assert.False(Generate(policy with { Revision = 8, Grants = [] }, "/run/a.sock").NeedReloadAfter(before));
        Assert.True(Generate(policy with { Operations = [.. policy.Operations.Skip(1)] }, "/run/a.sock").NeedReloadAfter(before));
        Assert.True(Generate(policy, "/run/b.sock").NeedReloadAfter(before));
    }

    [Theory]
    [InlineData("it's\n  http-request allow")]
    [InlineData("' } or { always_true }")]
    [InlineData("${HOME}")]
    [InlineData("-f")]
    [InlineData("")]
    public void A_name_that_haproxy_would_read_as_more_than_a_name_is_refused(string name)
    {
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now);
        Assert.Throws<GatewayException>(() => Generate(policy with { Audience = name }, "/run/a.sock"));
        Assert.Throws<GatewayException>(() => Generate(policy with { Issuer = name }, "/run/a.sock"));
        Assert.Throws<GatewayException>(() => Generate(policy with { Api = name }, "/run/a.sock"));
        Assert.Throws<GatewayException>(() => Generate(policy with { Environment = name }, "/run/a.sock"));
        Assert.Throws<GatewayException>(() => Generate(policy, name + " /run/a.sock"));
    }

    [Fact]
    public void A_template_too_long_for_a_line_is_refused_and_not_taken_for_a_less_specific_one()
    {
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now) with
        {
            BasePath = "",
            Operations = [new PolicyOperation(0, "any", "GET", "/{x}"), new PolicyOperation(1, "long", "GET", "/" + string.Concat(Enumerable.Repeat("{a}{b}{c}-", 80)))],
        };
        var files = Generate(policy, "/run/a.sock").Contents;
        Assert.Equal("^/[^/]++$ 0|0\n", files["patterns.map"]);
        Assert.Equal("1:GET 0|0|128|any\n", files["operations.map"]);
    }

    [Fact]
    public void Periods_that_touch_are_one_and_of_those_that_do_not_the_present_one_counts()
    {
        var ops = EnforcementPolicy.Bitmap("listPayments").ToString();
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now) with
        {
            Grants =
            [
                new PolicyGrant("touching", ops, 200, 300), new PolicyGrant("touching", ops, 100, 200),
                new PolicyGrant("apart", ops, 50, 120), new PolicyGrant("apart", ops, 200, 300),
                new PolicyGrant("later", ops, 500, 600), new PolicyGrant("past", ops, 1, 100),
                new PolicyGrant("a b", ops, 1, 300), new PolicyGrant("#c", ops, 1, 300), new PolicyGrant("line\nbreak", ops, 1, 300),
            ],
            Suspended = [new SuspendedGrant("held", ops, 300), new SuspendedGrant("held", ops, 200), new SuspendedGrant("past", ops, 100), new SuspendedGrant("a b", ops, 300)],
        };
        Assert.Equal("apart|0 50-120\nlater|0 500-600\ntouching|0 100-300\nheld|0|suspended 300\n", GrantsMap.File(policy, now: 100));
        Assert.DoesNotContain("suspended", GrantsMap.File(policy, now: 100, tokensAloneDecide: true), StringComparison.Ordinal);
    }

    private static HaproxyFiles Generate(PolicySnapshot policy, string socket) => HaproxyFiles.Generate(
        policy,
        Keys(),
        new HaproxyOptions { Bind = "127.0.0.1:5083", Backend = "127.0.0.1:5082", RuntimeSocket = socket },
        Now);

    private static JwkSet Keys() => JwkSet.TryParse(Jwks, out var keys) ? keys : throw new InvalidDataException();
}
