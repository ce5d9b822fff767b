using System.Security.Cryptography;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

public sealed class JwsTests
{
    private static readonly Jwk Ec = Jwk.Generate(JwsAlgorithm.ES256);
    private static readonly Jwk OtherEc = Jwk.Generate(JwsAlgorithm.ES256);
    private static readonly Jwk Rsa = Jwk.Generate(JwsAlgorithm.PS256);
    private static readonly JwsExpectation AccessToken = JwsExpectation.OfType("at+jwt");
    private static readonly JwsExpectation Anything = new() { Types = [], TypeOptional = true, KeyIdOptional = true };
    private static readonly JwsVerifier Verifier = new(
    [
        new VerificationKey(Ec, JwsAlgorithm.ES256),
        new VerificationKey(Rsa, JwsAlgorithm.PS256),
    ]);

    [Fact]
    [Standard("RFC 7515 §A.2")]
    [Standard("RFC 7518 §3.3")]
    public void The_vector_of_RFC_7515_A_2_verifies() => VectorVerifies(Vectors.Rfc7515A2Key, JwsAlgorithm.RS256, Vectors.Rfc7515A2Token);

    [Fact]
    [Standard("RFC 7515 §A.3")]
    [Standard("RFC 7518 §3.4")]
    public void The_vector_of_RFC_7515_A_3_verifies() => VectorVerifies(Vectors.Rfc7515A3Key, JwsAlgorithm.ES256, Vectors.Rfc7515A3Token);

    private static void VectorVerifies(string key, JwsAlgorithm algorithm, string token)
    {
        var result = new JwsVerifier([new VerificationKey(Vectors.Key(key), algorithm)]).Verify(token, Anything);
        Assert.Equal(JwsFailure.None, result.Failure);
        Assert.StartsWith("{\"iss\":\"joe\",\r\n", Encoding.UTF8.GetString(result.Jws!.Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_signed_verifies_and_carries_alg_typ_and_kid()
    {
        foreach (var key in new[] { Ec, Rsa })
        {
            var signer = new JwsSigner(key, JwsAlgorithms.Parse(key.Algorithm)!.Value, "at+jwt");
            var token = signer.Sign("""{"sub":"é"}""");
            var result = Verifier.Verify(token, AccessToken);
            Assert.True(result.IsValid);
            Assert.Equal(new JwsHeader(key.Algorithm!, key.Thumbprint(), "at+jwt"), result.Jws!.Header);
            Assert.Equal("""{"sub":"é"}""", Encoding.UTF8.GetString(result.Jws.Payload.Span));
            Assert.Equal(token.Length, signer.TokenLength(result.Jws.Payload.Length));
            Assert.Contains("\"typ\":\"at+jwt\"", DecodedHeader(token), StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, JwsFailure> Headers => new()
    {
        { """{"alg":"none","typ":"at+jwt","kid":"KID"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"None","typ":"at+jwt","kid":"KID"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"HS256","typ":"at+jwt","kid":"KID"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"es256","typ":"at+jwt","kid":"KID"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"PS256","typ":"at+jwt","kid":"KID"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"RS256","typ":"at+jwt","kid":"RSA"}""", JwsFailure.AlgorithmNotAllowed },
        { """{"alg":"ES256","typ":"at+jwt","kid":"nobody"}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt"}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt","kid":"nobody","jwk":JWK}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt","kid":"nobody","jku":"https://evil.example/jwks.json"}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt","kid":"nobody","x5u":"https://evil.example/chain.pem"}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt","kid":"nobody","x5c":["AAAA"]}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"at+jwt","kid":"OTHER"}""", JwsFailure.UnknownKey },
        { """{"alg":"ES256","typ":"JWT","kid":"KID"}""", JwsFailure.WrongType },
        { """{"alg":"ES256","typ":"at+jwt ","kid":"KID"}""", JwsFailure.WrongType },
        { """{"alg":"ES256","typ":"text/at+jwt","kid":"KID"}""", JwsFailure.WrongType },
        { """{"alg":"ES256","kid":"KID"}""", JwsFailure.WrongType },
        { """{"alg":"ES256","typ":"at+jwt","kid":"KID","crit":["exp"]}""", JwsFailure.CriticalExtension },
        { """{"alg":"ES256","typ":"at+jwt","kid":"KID","crit":[]}""", JwsFailure.CriticalExtension },
        { """{"alg":"ES256","typ":"at+jwt","kid":"KID","b64":false,"crit":["b64"]}""", JwsFailure.CriticalExtension },
        { """{"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":"KID"}""", JwsFailure.Malformed },
        { """{"alg":"ES256","typ":"at+jwt","kid":"KID","x":1,"x":1}""", JwsFailure.Malformed },
        { """{"alg":5,"typ":"at+jwt","kid":"KID"}""", JwsFailure.Malformed },
        { """{"alg":"ES256","typ":["at+jwt"],"kid":"KID"}""", JwsFailure.Malformed },
        { """{"alg":"ES256","typ":"at+jwt","kid":null}""", JwsFailure.Malformed },
        { """{"typ":"at+jwt","kid":"KID"}""", JwsFailure.Malformed },
        { """["ES256"]""", JwsFailure.Malformed },
        { "not json", JwsFailure.Malformed },
        { """{"alg":"ES256","typ":"at+jwt","kid":"KID"}""", JwsFailure.None },
        { """{"alg":"ES256","typ":"AT+JWT","kid":"KID"}""", JwsFailure.None },
        { """{"alg":"ES256","typ":"application/at+jwt","kid":"KID","unknown":{"a":1}}""", JwsFailure.None },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    [Standard("RFC 7515 §4")]
    [Standard("RFC 7515 §4.1.1")]
    [Standard("RFC 7515 §4.1.11")]
    [Standard("RFC 8725 §3.1")]
    [Standard("RFC 8725 §3.10")]
    [Standard("RFC 8725 §3.11")]
    public void A_header_is_judged_by_the_verifiers_rules_although_the_signature_is_good(string header, JwsFailure expected)
    {
        header = header.Replace("KID", Ec.KeyId, StringComparison.Ordinal)
            .Replace("\"RSA\"", $"\"{Rsa.KeyId}\"", StringComparison.Ordinal)
            .Replace("OTHER", OtherEc.KeyId, StringComparison.Ordinal)
            .Replace("JWK", Ec.ToJson(), StringComparison.Ordinal);
        Assert.Equal(expected, Verifier.Verify(Signed(header), AccessToken).Failure);
    }

    [Fact]
    [Standard("RFC 8725 §3.1")]
    public void The_public_key_is_no_HMAC_secret()
    {
        var input = Encode($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{Ec.KeyId}}"}""") + "." + Encode("{}");
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Ec.ToJson()), Encoding.ASCII.GetBytes(input));
        Assert.Equal(JwsFailure.AlgorithmNotAllowed, Verifier.Verify($"{input}.{Base64Url.Encode(mac)}", AccessToken).Failure);
    }

    public static TheoryData<string, JwsFailure> Tampered => new()
    {
        { "", JwsFailure.Malformed },
        { ".", JwsFailure.Malformed },
        { "..", JwsFailure.Malformed },
        { "H.P", JwsFailure.Malformed },
        { "H.P.", JwsFailure.BadSignature },
        { "H.P.S.S", JwsFailure.Malformed },
        { "H.P.S.", JwsFailure.Malformed },
        { ".H.P.S", JwsFailure.Malformed },
        { "H..S", JwsFailure.BadSignature },
        { "H.P.S=", JwsFailure.Malformed },
        { "H.P.S==", JwsFailure.Malformed },
        { " H.P.S", JwsFailure.Malformed },
        { "H.P.S\n", JwsFailure.Malformed },
        { "H.P.SAA", JwsFailure.BadSignature },
        { "H.PAAAA.S", JwsFailure.BadSignature },
        { "H.P.T", JwsFailure.BadSignature },
        { "H.P.Z", JwsFailure.BadSignature },
        { "H.P.D", JwsFailure.BadSignature },
        { "H.P.S", JwsFailure.None },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    [Standard("RFC 7515 §5.2")]
    [Standard("RFC 7515 §7.1")]
    public void A_token_put_together_differently_is_refused(string shape, JwsFailure expected)
    {
        var token = new JwsSigner(Ec, JwsAlgorithm.ES256, "at+jwt").Sign("""{"sub":"me"}""").Split('.');
        var others = new JwsSigner(Ec, JwsAlgorithm.ES256, "at+jwt").Sign("""{"sub":"you"}""").Split('.');
        Assert.True(Base64Url.TryDecode(token[2], out var raw));
        using var ec = ECDsa.Create(Ec.Ec);
        var der = ec.SignData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var built = string.Concat(shape.Select(part => part switch
        {
            'H' => token[0],
            'P' => token[1],
            'S' => token[2],
            'T' => others[2],
            'Z' => Base64Url.Encode(new byte[64]),
            'D' => Base64Url.Encode(der),
            _ => part.ToString(),
        }));
        Assert.Equal(expected, Verifier.Verify(built, AccessToken).Failure);
    }

    [Fact]
    public void A_token_beyond_the_bound_is_refused_before_it_is_read()
    {
        var token = new JwsSigner(Ec, JwsAlgorithm.ES256, "at+jwt").Sign("{\"x\":\"" + new string('x', 20_000) + "\"}");
        Assert.Equal(JwsFailure.TooLong, Verifier.Verify(token, AccessToken).Failure);
        Assert.True(Verifier.Verify(token, AccessToken with { MaxLength = 64 * 1024 }).IsValid);
    }

    [Fact]
    public void Without_a_kid_only_a_caller_who_says_so_has_its_keys_tried()
    {
        var token = Signed("""{"alg":"ES256"}""");
        Assert.True(Verifier.Verify(token, Anything).IsValid);
        Assert.Equal(JwsFailure.UnknownKey, Verifier.Verify(token, Anything with { KeyIdOptional = false }).Failure);
        var others = new JwsVerifier([new VerificationKey(OtherEc, JwsAlgorithm.ES256)]);
        Assert.Equal(JwsFailure.BadSignature, others.Verify(token, Anything).Failure);
    }

    [Fact]
    [Standard("RFC 8725 §3.1")]
    public void A_key_serves_no_algorithm_but_its_own()
    {
        Assert.Throws<ArgumentException>(() => new VerificationKey(Ec, JwsAlgorithm.RS256));
        Assert.Throws<ArgumentException>(() => new VerificationKey(Rsa, JwsAlgorithm.RS256));
        Assert.Throws<ArgumentException>(() => new JwsSigner(Rsa, JwsAlgorithm.RS256, "t"));
        Assert.Throws<ArgumentException>(() => new JwsSigner(Ec.ToPublic(), JwsAlgorithm.ES256, "t"));
        var set = new JwkSet([Ec, Rsa, Vectors.Key(Vectors.Rfc7638Key), Vectors.Key(Vectors.Rfc7515A3Key)]);
        Assert.Equal(
            [Ec.KeyId, Vectors.Key(Vectors.Rfc7515A3Key).Thumbprint()],
            VerificationKey.FromSet(set, JwsAlgorithm.ES256).Select(key => key.KeyId));
    }

    [Fact]
    public void One_signer_and_one_verifier_serve_many_threads()
    {
        var signer = new JwsSigner(Ec, JwsAlgorithm.ES256, "at+jwt");
        var wrong = 0;
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            var token = signer.Sign($$"""{"n":{{i}}}""");
            var result = Verifier.Verify(token, AccessToken);
            if (!result.IsValid || !result.Jws!.Payload.Span.SequenceEqual(Encoding.UTF8.GetBytes($$"""{"n":{{i}}}""")))
                Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    internal static string Encode(string text) => Base64Url.Encode(Encoding.UTF8.GetBytes(text));

    private static string DecodedHeader(string token) =>
        Base64Url.TryDecode(token.Split('.')[0], out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    private static string Signed(string header)
    {
        var input = Encode(header) + "." + Encode("{}");
        using var ec = ECDsa.Create(Ec.Ec);
        return $"{input}.{Base64Url.Encode(ec.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }
}
