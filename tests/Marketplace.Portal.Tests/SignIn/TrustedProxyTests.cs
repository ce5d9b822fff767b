using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.SignIn;

/// <summary>"From where" on the audit trail and in limits: the tests' own address, 127.0.0.1, is the proxy or a liar.</summary>
public sealed class TrustedProxyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_proxy_that_is_trusted_says_who_asks_and_what_stood_there_before_counts_for_nothing()
    {
        await using var app = await BankApp.OpenAsync(postgres, configuration: [new("MARKETPLACE_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")]);

        // The second hop is trusted too; what its client says of itself is not.
        Assert.Equal("203.0.113.9", await SourceAsync(app, "198.51.100.1, 203.0.113.9, 10.1.2.3"));

        await UntilLimitedAsync(app, _ => "203.0.113.9");
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await TryAsync(app.Anonymous(), "203.0.113.10"));
    }

    [Fact]
    public async Task Where_no_proxy_is_named_the_header_counts_for_nothing()
    {
        await using var app = await BankApp.OpenAsync(postgres);

        Assert.Equal("127.0.0.1", await SourceAsync(app, "203.0.113.9"));

        await UntilLimitedAsync(app, number => $"203.0.113.{number % 250}");
    }

    private static async Task<string> SourceAsync(BankApp app, string forwardedFor)
    {
        var client = await app.ProgramOfAsync(app.Bank.Dirk);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsJsonAsync("/api/v1/me/access-tokens", new NewAccessTokenBody("forwarded"))).StatusCode);
        return (await app.Bank.Database.ScalarAsync<string>("select source from audit_event where action = 'access_token.created' order by sequence desc limit 1"))!;
    }

    /// <summary>More than a minute's worth of them, however slowly they come.</summary>
    private static async Task UntilLimitedAsync(BankApp app, Func<int, string> forwardedFor)
    {
        var client = app.Anonymous();
        for (var number = 0; number < 2_000; number++)
        {
            if (await TryAsync(client, forwardedFor(number)) == HttpStatusCode.TooManyRequests)
                return;
        }

        Assert.Fail("Nobody was ever told that it was too often.");
    }

    /// <summary>A sign-in without the form's token: refused before anything is hashed, but counted.</summary>
    private static async Task<HttpStatusCode> TryAsync(HttpClient client, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("userName", "x")]), Headers = { { "X-Forwarded-For", forwardedFor } } };
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
