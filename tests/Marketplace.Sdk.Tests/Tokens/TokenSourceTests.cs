using System.Text;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Sdk.Tests.Tokens;

public sealed class TokenSourceTests : IAsyncLifetime
{
    private const string Audience = EnforcementPolicy.Audience;
    private readonly MovedTime time = new();
    private TestMarketplace marketplace = null!;
    private MarketplaceTokenSource tokens = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        tokens = new MarketplaceTokenSource(Options(), time);
    }

    public ValueTask DisposeAsync()
    {
        tokens.Dispose();
        return marketplace.DisposeAsync();
    }

    [Fact]
    public async Task One_request_is_in_flight_per_audience_whoever_asks()
    {
        marketplace.TokenDelay = TimeSpan.FromMilliseconds(200);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => tokens.GetTokenAsync(i % 2 == 0 ? Audience : "urn:other").AsTask()));

        Assert.Equal(2, answers.Distinct().Count());
        Assert.Equal([Audience, "urn:other"], marketplace.TokenRequests.Select(ask => ask.Resource).Order());
    }

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_token_from_the_others()
    {
        marketplace.TokenDelay = TimeSpan.FromMilliseconds(300);
        using var impatient = new CancellationTokenSource(50);

        var first = tokens.GetTokenAsync(Audience, impatient.Token).AsTask();
        var second = tokens.GetTokenAsync(Audience).AsTask();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.NotEmpty(await second);
        Assert.Single(marketplace.TokenRequests);
    }

    [Fact]
    public async Task A_token_is_kept_and_renewed_in_the_background_at_four_fifths_of_its_life()
    {
        var first = await tokens.GetTokenAsync(Audience);
        time.By = TimeSpan.FromSeconds(235);
        Assert.Equal(first, await tokens.GetTokenAsync(Audience));
        Assert.Single(marketplace.TokenRequests);

        time.By = TimeSpan.FromSeconds(245);
        marketplace.TokenDelay = TimeSpan.FromMilliseconds(100);
        for (var i = 0; i < 5; i++)
            Assert.Equal(first, await tokens.GetTokenAsync(Audience));
        await Eventually.HoldsAsync(async () => await tokens.GetTokenAsync(Audience) != first, TimeSpan.FromSeconds(10));
        Assert.Equal(2, marketplace.TokenRequests.Count);
    }

    [Fact]
    public async Task The_old_token_serves_while_renewal_fails_but_not_beyond_its_end()
    {
        var first = await tokens.GetTokenAsync(Audience);
        marketplace.IsDown = true;

        time.By = TimeSpan.FromSeconds(280);
        Assert.Equal(first, await tokens.GetTokenAsync(Audience));

        time.By = TimeSpan.FromSeconds(296);
        var failure = await Assert.ThrowsAsync<MarketplaceTokenException>(() => tokens.GetTokenAsync(Audience).AsTask());
        Assert.True(failure.IsTransient);

        marketplace.IsDown = false;
        Assert.NotEqual(first, await tokens.GetTokenAsync(Audience));
    }

    [Fact]
    public async Task An_OAuth_error_arrives_with_its_code_and_sentence()
    {
        marketplace.Tokens = _ => Results.Json(new { error = "invalid_target", error_description = "No such audience." }, statusCode: 400);

        var failure = await Assert.ThrowsAsync<MarketplaceTokenException>(() => tokens.GetTokenAsync("urn:none").AsTask());

        Assert.Equal("invalid_target", failure.Error);
        Assert.Contains("urn:none", failure.Message, StringComparison.Ordinal);
        Assert.Contains("No such audience.", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"access_token":"x"}""")]
    [InlineData("""{"access_token":"x","expires_in":-1}""")]
    [InlineData("""{"access_token":7,"expires_in":300}""")]
    public async Task An_answer_that_is_no_OAuth_answer_is_transient(string body)
    {
        marketplace.Tokens = _ => Results.Text(body);

        var failure = await Assert.ThrowsAsync<MarketplaceTokenException>(() => tokens.GetTokenAsync(Audience).AsTask());

        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task The_secret_goes_form_encoded_in_basic_credentials_and_is_read_from_its_file_each_time()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "se:cr et\n");
        using var source = new MarketplaceTokenSource(Options(options => (options.ClientSecret, options.ClientSecretFile) = (null, file)), time);

        await source.GetTokenAsync(Audience);
        await File.WriteAllTextAsync(file, "rotated");
        await source.GetTokenAsync("urn:other");

        var sent = marketplace.TokenRequests.Select(ask => Encoding.UTF8.GetString(Convert.FromBase64String(ask.Authorization["Basic ".Length..])));
        Assert.Equal(["app%3Ashop:se%3Acr%20et", "app%3Ashop:rotated"], sent);
        File.Delete(file);
    }

    [Fact]
    public async Task A_private_key_signs_an_assertion_instead()
    {
        var key = Jose.Jwk.Generate(Jose.JwsAlgorithm.ES256);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Jose.JwkJson.ToPrivateJson(key));
        using var source = new MarketplaceTokenSource(Options(options => (options.ClientSecret, options.PrivateKeyFile) = (null, file)));

        await source.GetTokenAsync(Audience);

        var ask = Assert.Single(marketplace.TokenRequests);
        Assert.Equal("", ask.Authorization);
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", ask.Form["client_assertion_type"]);
        var verification = new Jose.JwsVerifier([new Jose.VerificationKey(key, Jose.JwsAlgorithm.ES256)])
            .Verify(ask.Form["client_assertion"], Jose.JwsExpectation.OfType("JWT"));
        Assert.True(verification.IsValid);
        using var claims = System.Text.Json.JsonDocument.Parse(verification.Jws!.Payload);
        Assert.Equal(
            ("app:shop", "app:shop", marketplace.Url, 60),
            (Text("iss"), Text("sub"), Text("aud"), claims.RootElement.GetProperty("exp").GetInt64() - claims.RootElement.GetProperty("iat").GetInt64()));
        File.Delete(file);

        string? Text(string name) => claims.RootElement.GetProperty(name).GetString();
    }

    private MarketplaceClientOptions Options(Action<MarketplaceClientOptions>? change = null)
    {
        var options = new MarketplaceClientOptions { Url = new Uri(marketplace.Url), ClientId = "app:shop", ClientSecret = "secret" };
        change?.Invoke(options);
        return options;
    }
}
