using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>RFC 6750 in the generated haproxy configuration.</summary>
public sealed class BearerTests(ProtectedService service) : IClassFixture<ProtectedService>
{
    [Theory]
    [InlineData(TokenKind.None, 401, "Bearer realm=\"urn:marketplace:payments:v1:production\"")]
    [InlineData(TokenKind.Garbage, 401, "error=\"invalid_token\"")]
    [InlineData(TokenKind.Expired, 401, "error=\"invalid_token\"")]
    [InlineData(TokenKind.WithoutBitmap, 403, "error=\"insufficient_scope\"")]
    [Standard("RFC 6750 §3")]
    [Standard("RFC 6750 §3.1")]
    public async Task The_challenge_of_haproxy_names_what_is_wrong(TokenKind kind, int status, string end)
    {
        var answer = await RawHttp.SendAsync(service.Port, "GET", "/bank/v1/payments", service.Issuer.AuthorizationLines(kind));
        var challenge = answer.Headers["WWW-Authenticate"];
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("Bearer realm=\"", challenge, StringComparison.Ordinal);
        if (kind == TokenKind.None)
            Assert.DoesNotContain("error", challenge, StringComparison.Ordinal);
        else
            Assert.Contains(end + ", error_description=\"", challenge, StringComparison.Ordinal);
    }
}
