using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

/// <summary>RFC 7518, and RFC 7516 where it could be taken for ours.</summary>
public sealed class AlgorithmTests
{
    private static readonly Jwk Ec = Jwk.Generate(JwsAlgorithm.ES256);
    private static readonly Jwk Rsa = Jwk.Generate(JwsAlgorithm.PS256);
    private static readonly JwsExpectation Token = JwsExpectation.OfType("t");

    [Fact]
    [Standard("RFC 7518 §3.1")]
    public void Of_all_registered_algorithms_three_are_known_and_none_of_them_is_no_signature_or_a_shared_secret()
    {
        string[] registered =
        [
            "none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA", "ES256K",
        ];
        Assert.Equal(["RS256", "ES256", "PS256"], registered.Where(name => JwsAlgorithms.Parse(name) is not null));
        Assert.Null(JwsAlgorithms.Parse("es256"));
    }

    [Fact]
    [Standard("RFC 7518 §3.4")]
    public void An_ES256_signature_is_R_and_S_of_32_octets_each_and_nothing_else()
    {
        var verifier = new JwsVerifier([new VerificationKey(Ec, JwsAlgorithm.ES256)]);
        var parts = new JwsSigner(Ec, JwsAlgorithm.ES256, "t").Sign("{}").Split('.');
        Assert.True(Base64Url.TryDecode(parts[2], out var signature));
        Assert.Equal(64, signature.Length);
        var input = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        using var ec = ECDsa.Create(Ec.Ec);
        var der = ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        foreach (var other in new[] { der, signature[..63], [.. signature, 0], new byte[64], [.. signature[32..], .. signature[..32]] })
            Assert.Equal(JwsFailure.BadSignature, verifier.Verify($"{parts[0]}.{parts[1]}.{Base64Url.Encode(other)}", Token).Failure);
    }

    [Fact]
    [Standard("RFC 7518 §3.5")]
    public void A_PS256_signature_has_a_salt_as_long_as_the_hash_and_one_of_RS256_is_another()
    {
        var verifier = new JwsVerifier([new VerificationKey(Rsa, JwsAlgorithm.PS256)]);
        var parts = new JwsSigner(Rsa, JwsAlgorithm.PS256, "t").Sign("{}").Split('.');
        Assert.True(verifier.Verify(string.Join('.', parts), Token).IsValid);
        var input = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        using var rsa = RSA.Create(Rsa.RsaKey);
        Assert.Equal(JwsFailure.BadSignature, Verify(rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Assert.Equal(JwsFailure.None, Verify(SignPss(input, saltLength: 32)));
        foreach (var length in new[] { 0, 20, 31, 33, 222 })
            Assert.Equal(JwsFailure.BadSignature, Verify(SignPss(input, length)));

        JwsFailure Verify(byte[] signature) => verifier.Verify($"{parts[0]}.{parts[1]}.{Base64Url.Encode(signature)}", Token).Failure;
    }

    /// <summary>RFC 8017 §8.1.1 and §9.1.1, with a salt of any length, which the framework does not offer.</summary>
    private static byte[] SignPss(byte[] message, int saltLength)
    {
        const int Hash = 32;
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(message), .. salt]);
        byte[] block = [.. new byte[Rsa.RsaKey.Modulus!.Length - saltLength - Hash - 2], 1, .. salt];
        for (var (i, mask) = (0, Array.Empty<byte>()); i < block.Length; i++)
        {
            if (i % Hash == 0)
                mask = SHA256.HashData([.. hash, 0, 0, (byte)(i / Hash / 256), (byte)(i / Hash)]);
            block[i] ^= mask[i % Hash];
        }
        block[0] &= 0x7f;
        var number = BigInteger.ModPow(Number([.. block, .. hash, 0xbc]), Number(Rsa.RsaKey.D!), Number(Rsa.RsaKey.Modulus));
        var signature = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Rsa.RsaKey.Modulus.Length - signature.Length], .. signature];

        static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
    }

    [Fact]
    [Standard("RFC 7518 §6.2.1.2")]
    public void A_coordinate_is_as_long_as_the_curve_says()
    {
        var json = Ec.ToPublic().ToJson();
        Assert.True(JwkJson.TryParse(json, out _, out _));
        Assert.True(Base64Url.TryDecode(Base64Url.Encode(Ec.Ec.Q.X!), out var x));
        foreach (var other in new[] { x[1..], [0, .. x], [] })
            Assert.False(JwkJson.TryParse(json.Replace($"\"{Base64Url.Encode(x)}\"", $"\"{Base64Url.Encode(other)}\"", StringComparison.Ordinal), out _, out _));
    }

    [Fact]
    [Standard("RFC 7516 §9")]
    public void What_is_encrypted_is_no_token_of_ours()
    {
        var verifier = new JwsVerifier([new VerificationKey(Ec, JwsAlgorithm.ES256)]);
        // §3.1: five parts; §7.2: JSON. And three parts that say "enc".
        Assert.Equal(JwsFailure.Malformed, verifier.Verify("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA", Token).Failure);
        Assert.Equal(JwsFailure.Malformed, verifier.Verify("""{"ciphertext":"AAAA"}""", Token).Failure);
        var header = $$"""{"alg":"dir","enc":"A128GCM","typ":"t","kid":"{{Ec.KeyId}}"}""";
        Assert.Equal(JwsFailure.AlgorithmNotAllowed, verifier.Verify($"{JwsTests.Encode(header)}.{JwsTests.Encode("{}")}.AAAA", Token).Failure);
    }
}
