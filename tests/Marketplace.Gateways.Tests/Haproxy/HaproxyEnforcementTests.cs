using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>The table of cases that every data plane is held to, through Debian's haproxy.</summary>
public sealed class HaproxyEnforcementTests(ProtectedService service) : IClassFixture<ProtectedService>
{
    public static TheoryData<string> Names => [.. EnforcementCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Haproxy_decides_as_the_table_says(string name)
    {
        var request = EnforcementCases.All.Single(one => one.Name == name);
        var answer = await RawHttp.SendAsync(service.Port, request, service.Issuer);
        if (request.Target.Contains('#', StringComparison.Ordinal))
        {
            // haproxy's parser refuses what is no request target (RFC 9112 §3.2) before any rule sees it.
            Assert.Equal((400, null), (answer.Status, answer.Operation));
            return;
        }

        Assert.Equal((request.Status, request.Reason, request.Operation), (answer.Status, answer.Reason, answer.Operation));
        if (request.Reason is null || request.Method == "HEAD")
            return;
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        using var problem = JsonDocument.Parse(answer.Body);
        Assert.Equal(request.Reason, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(request.Status, problem.RootElement.GetProperty("status").GetInt32());
        AssertLinks(request, problem.RootElement);
        if (request.Status == 429)
        {
            Assert.InRange(int.Parse(answer.Headers["Retry-After"]), 1, 31 * 86400);
            var limit = request.Reason[..request.Reason.IndexOf('_', StringComparison.Ordinal)];
            Assert.Equal($"\"{limit}\";r=0;t={answer.Headers["Retry-After"]}", answer.Headers["RateLimit"]);
            Assert.Contains($"\"{limit}\";q=", answer.Headers["RateLimit-Policy"], StringComparison.Ordinal);
            return;
        }

        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(request.Reason != ReasonCode.TokenMissing, answer.Headers["WWW-Authenticate"].Contains("error=", StringComparison.Ordinal));
    }

    /// <summary>Where it is explained and asked for; whom a token that is no good names is not said.</summary>
    private static void AssertLinks(EnforcementCase request, JsonElement problem)
    {
        var why = problem.GetProperty("why").GetString()!;
        Assert.StartsWith($"http://localhost:5080/why?api=payments&version=v1&environment=production&reason={request.Reason}", why, StringComparison.Ordinal);
        Assert.Equal(request.Status != 401, why.Contains("&application=app_", StringComparison.Ordinal));
        if (request.Reason is ReasonCode.OperationNotGranted or ReasonCode.GrantEnded)
            Assert.Matches("/requests/refused\\?client=app_[a-z]+&api=payments&version=v1&environment=production&operation=[a-zA-Z]+$", problem.GetProperty("request_access").GetString());
    }
}

/// <summary>The service of the table with haproxy in front, for one class of tests.</summary>
public sealed class ProtectedService : IAsyncLifetime
{
    private UnprotectedService? backend;
    private RunningHaproxy? haproxy;

    public TestIssuer Issuer { get; } = new("http://localhost:5080", TimeProvider.System);

    public int Port => haproxy!.Port;

    public string Log => haproxy!.Log;

    public async ValueTask InitializeAsync()
    {
        backend = await UnprotectedService.StartAsync(TestProvider.Map);
        var snapshot = EnforcementPolicy.Snapshot(Issuer.Issuer, TimeProvider.System.GetUtcNow());
        haproxy = await RunningHaproxy.StartAsync(snapshot, Issuer.Jwks(), backend.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (haproxy is not null)
            await haproxy.DisposeAsync();
        await backend!.DisposeAsync();
        Issuer.Dispose();
    }
}
