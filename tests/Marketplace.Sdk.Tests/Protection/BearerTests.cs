using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>RFC 6750 and RFC 9068: how a service with the SDK takes a token, and how it says what is wrong with one.</summary>
public sealed partial class BearerTests(EnforcementFixture fixture) : IClassFixture<EnforcementFixture>
{
    private const string Payments = "/bank/v1/payments";

    [Fact]
    [Standard("RFC 6750 §2.1")]
    public async Task A_token_counts_in_the_Authorization_header_alone()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{fixture.Service.Port}") };
        var token = fixture.Marketplace.Issuer.Mint(TokenKind.Granted);
        Assert.Equal(200, await SendAsync(new(HttpMethod.Get, Payments) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } }));
        // §2.2 and §2.3 leave the body and the query open; what stands there also stands in logs.
        Assert.Equal(401, await SendAsync(new(HttpMethod.Get, $"{Payments}?access_token={token}")));
        Assert.Equal(401, await SendAsync(new(HttpMethod.Post, Payments) { Content = new FormUrlEncodedContent([new("access_token", token)]) }));

        async Task<int> SendAsync(HttpRequestMessage request)
        {
            using (request)
            using (var answer = await http.SendAsync(request))
                return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData(TokenKind.None, null)]
    [InlineData(TokenKind.BasicScheme, null)]
    [InlineData(TokenKind.Empty, "invalid_token")]
    [InlineData(TokenKind.Garbage, "invalid_token")]
    [InlineData(TokenKind.Expired, "invalid_token")]
    [InlineData(TokenKind.WrongSignature, "invalid_token")]
    [InlineData(TokenKind.WrongAudience, "invalid_token")]
    [InlineData(TokenKind.WithoutBitmap, "insufficient_scope")]
    [InlineData(TokenKind.GrantPast, "insufficient_scope")]
    [Standard("RFC 6750 §3")]
    [Standard("RFC 6750 §3.1")]
    public async Task The_challenge_names_what_is_wrong_and_nothing_to_who_sent_no_token(TokenKind kind, string? error)
    {
        var answer = await RawHttp.SendAsync(fixture.Service.Port, "GET", Payments, fixture.Marketplace.Issuer.AuthorizationLines(kind));
        var challenge = answer.Headers["WWW-Authenticate"];
        Assert.Matches(Challenge(), challenge);
        var attributes = Attribute().Matches(challenge).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value, StringComparer.Ordinal);
        Assert.Equal((error == "insufficient_scope" ? 403 : 401, error), (answer.Status, attributes.GetValueOrDefault("error")));
        Assert.Equal(error is not null, attributes.ContainsKey("error_description"));
    }

    [Theory]
    [InlineData(TokenKind.WrongType)]
    [InlineData(TokenKind.WithoutType)]
    [InlineData(TokenKind.AlgorithmNone)]
    [InlineData(TokenKind.HmacWithPublicKey)]
    [InlineData(TokenKind.WrongIssuer)]
    [InlineData(TokenKind.WrongAudience)]
    [InlineData(TokenKind.WrongSignature)]
    [InlineData(TokenKind.Expired)]
    [InlineData(TokenKind.WithoutExpiry)]
    [InlineData(TokenKind.WithoutClient)]
    [Standard("RFC 9068 §4")]
    [Standard("RFC 8725 §3.8")]
    [Standard("RFC 8725 §3.9")]
    public async Task A_resource_server_refuses_a_token_whose_type_algorithm_issuer_audience_signature_or_times_do_not_hold(TokenKind kind)
    {
        Assert.Equal(200, (await RawHttp.SendAsync(fixture.Service.Port, "GET", Payments, fixture.Marketplace.Issuer.AuthorizationLines(TokenKind.Granted))).Status);
        Assert.Equal(401, (await RawHttp.SendAsync(fixture.Service.Port, "GET", Payments, fixture.Marketplace.Issuer.AuthorizationLines(kind))).Status);
    }

    // §3: values in quotes, of the characters that it leaves for error_description.
    [GeneratedRegex("""^Bearer [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*"(, [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*")*\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Challenge();

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Attribute();
}
