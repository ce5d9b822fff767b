using System.Security.Cryptography;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

public sealed class JwkTests
{
    [Fact]
    [Standard("RFC 7638 §3.1")]
    public void The_thumbprint_is_that_of_RFC_7638_3_1()
    {
        Assert.True(JwkJson.TryParse(Vectors.Rfc7638Key, out var key, out _));
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint());
        Assert.Equal("2011-04-29", key.KeyId);
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.PS256)]
    public void A_private_key_survives_the_round_trip_and_its_public_form_shows_nothing_private(JwsAlgorithm algorithm)
    {
        var key = Jwk.Generate(algorithm);
        Assert.True(JwkJson.TryParse(key.ToPrivateJson(), out var again, out _));
        Assert.True(again.HasPrivateKey);
        Assert.Equal(key.Thumbprint(), again.Thumbprint());
        Assert.Equal(key.ToPrivateJson(), again.ToPrivateJson());

        Assert.True(JwkJson.TryParse(key.ToJson(), out var open, out _));
        Assert.False(open.HasPrivateKey);
        Assert.Equal(open.ToJson(), key.ToPublic().ToPrivateJson());
        foreach (var member in new[] { "\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"" })
            Assert.DoesNotContain(member, key.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void RSA_numbers_with_leading_zeros_survive_many_round_trips()
    {
        for (var i = 0; i < 20; i++)
        {
            using var rsa = RSA.Create(2048);
            var key = new Jwk(rsa.ExportParameters(includePrivateParameters: true));
            Assert.True(JwkJson.TryParse(key.ToPrivateJson(), out var again, out var error), error);
            Assert.True(new JwsVerifier([new VerificationKey(again, JwsAlgorithm.PS256)])
                .Verify(new JwsSigner(again, JwsAlgorithm.PS256, "t").Sign("{}"), JwsExpectation.OfType("t")).IsValid);
        }
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5bA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"AQ"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":5}""")]
    [InlineData("""{"kty":"EC","kty":"EC"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":7}""")]
    [InlineData("""{"kty":"oct","k":"AAAA"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","e":"AQAB"}""")]
    [InlineData("{}")]
    [InlineData("not json")]
    [Standard("RFC 7517 §4")]
    [Standard("RFC 8725 §3.4")]
    public void An_unusable_key_is_refused_with_a_sentence(string json)
    {
        Assert.False(JwkJson.TryParse(json, out var key, out var error));
        Assert.Null(key);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    [Standard("RFC 7518 §3.3")]
    [Standard("RFC 8725 §3.5")]
    public void A_weak_RSA_key_is_refused()
    {
        var key = Jwk.Generate(JwsAlgorithm.PS256).ToJson();
        Assert.True(JwkJson.TryParse(key, out _, out _));
        Assert.False(JwkJson.TryParse(key.Replace("\"AQAB\"", "\"Aw\"", StringComparison.Ordinal), out _, out _));
        Assert.False(JwkJson.TryParse(key.Replace("\"AQAB\"", "\"AQAA\"", StringComparison.Ordinal), out _, out _));
        using var small = RSA.Create(1024);
        var parameters = small.ExportParameters(includePrivateParameters: false);
        Assert.False(JwkJson.TryParse(
            $$"""{"kty":"RSA","n":"{{Base64Url.Encode(parameters.Modulus)}}","e":"AQAB"}""", out _, out _));
    }

    [Fact]
    [Standard("RFC 7517 §5")]
    public void A_set_skips_entries_that_it_does_not_understand()
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        var json = $$"""{"keys":[{"kty":"OKP","crv":"Ed25519"},{{key.ToJson()}},{"no":"kty"},{"kty":"EC","crv":"P-256"}],"x":1}""";
        Assert.True(JwkSet.TryParse(json, out var set));
        Assert.Equal(key.KeyId, Assert.Single(set.Keys).KeyId);
        Assert.Equal($$"""{"keys":[{{key.ToJson()}}]}""", set.ToJson());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[1]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("[]")]
    public void A_document_that_is_no_set_is_refused(string json) => Assert.False(JwkSet.TryParse(json, out _));

    [Fact]
    public void A_set_that_is_too_large_is_refused()
    {
        Assert.False(JwkSet.TryParse("{\"keys\":[" + string.Join(',', Enumerable.Repeat("{}", JwkSet.MaxKeys + 1)) + "]}", out _));
        Assert.False(JwkSet.TryParse(Encoding.UTF8.GetBytes("{\"keys\":[]" + new string(' ', JwkSet.MaxLength) + "}"), out _));
    }
}
