using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class EnforcementFixture : IAsyncLifetime
{
    public TestMarketplace Marketplace { get; private set; } = null!;

    public ProtectedService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Marketplace = await TestMarketplace.StartAsync();
        Service = await ProtectedService.ReadyAsync(Marketplace);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Marketplace.DisposeAsync();
    }
}

/// <summary>The shared table against a real service: Kestrel's parser, ASP.NET Core's lenient routing behind us.</summary>
public sealed class EnforcementTests(EnforcementFixture fixture) : IClassFixture<EnforcementFixture>
{
    public static TheoryData<EnforcementCase> Cases => [.. EnforcementCases.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_service_answers_as_the_table_says(EnforcementCase row)
    {
        var response = await fixture.Service.SendAsync(row, fixture.Marketplace.Issuer);

        var (wanted, came) = row.Compare(response);
        Assert.Equal(wanted, came);
        if (response.Reason is null)
            return;
        if (response.Status == 429)
            AssertLimits(response);
        else
            AssertChallenge(response.Reason, response);
        if (row.Method != "HEAD")
            AssertProblem(response.Reason, response);
    }

    [Fact]
    public void The_table_has_cases_of_every_kind_of_token()
    {
        Assert.True(EnforcementCases.All.Count > 80);
        Assert.Equal(Enum.GetValues<TokenKind>(), EnforcementCases.All.Select(row => row.Token).Distinct().Order());
        Assert.Distinct(EnforcementCases.All.Select(row => row.Name));
    }

    private static void AssertLimits(RawResponse response)
    {
        Assert.InRange(int.Parse(response.Headers["Retry-After"]), 1, 31 * 86400);
        var name = response.Reason![..response.Reason!.IndexOf('_', StringComparison.Ordinal)];
        Assert.Equal($"\"{name}\";r=0;t={response.Headers["Retry-After"]}", response.Headers["RateLimit"]);
        Assert.Contains($"\"{name}\";q=", response.Headers["RateLimit-Policy"], StringComparison.Ordinal);
    }

    private static void AssertChallenge(string reason, RawResponse response)
    {
        var challenge = response.Headers["WWW-Authenticate"];
        Assert.StartsWith("Bearer realm=\"payments\"", challenge, StringComparison.Ordinal);
        var error = (reason, response.Status) switch
        {
            (ReasonCode.TokenMissing, _) => null,
            (_, 401) => "error=\"invalid_token\"",
            _ => "error=\"insufficient_scope\"",
        };
        if (error is null)
            Assert.DoesNotContain("error", challenge, StringComparison.Ordinal);
        else
            Assert.Contains(error, challenge, StringComparison.Ordinal);
    }

    private static void AssertProblem(string reason, RawResponse response)
    {
        Assert.Equal("application/problem+json", response.Headers["Content-Type"]);
        using var problem = JsonDocument.Parse(response.Body);
        Assert.Equal(reason, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(response.Status, problem.RootElement.GetProperty("status").GetInt32());
        if (reason is ReasonCode.OperationNotGranted or ReasonCode.GrantEnded)
            Assert.Contains("/requests/refused?client=", problem.RootElement.GetProperty("request_access").GetString(), StringComparison.Ordinal);
        // Where it is explained; whom a token that is no good names is not said.
        var why = problem.RootElement.GetProperty("why").GetString()!;
        Assert.Contains($"/why?api=payments&version=v1&environment=production&reason={reason}", why, StringComparison.Ordinal);
        Assert.Equal(response.Status is 403 or 429 || reason is ReasonCode.TokenProofMissing or ReasonCode.TokenCertificate, why.Contains("&application=app_", StringComparison.Ordinal));
        Assert.NotEqual("Refused.", problem.RootElement.GetProperty("detail").GetString());
    }
}
