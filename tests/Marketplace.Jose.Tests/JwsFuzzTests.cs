using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Marketplace.Jose.Tests;

public sealed class JwsFuzzTests
{
    private static readonly Jwk Key = Jwk.Generate(JwsAlgorithm.ES256);
    private static readonly JwsSigner Signer = new(Key, JwsAlgorithm.ES256, "at+jwt");
    private static readonly JwsVerifier Verifier = new([new VerificationKey(Key, JwsAlgorithm.ES256)]);
    private static readonly JwsExpectation AccessToken = JwsExpectation.OfType("at+jwt");

    [Fact]
    public void Every_payload_survives_the_round_trip() =>
        Prop.ForAll<byte[]>(payload =>
        {
            var result = Verifier.Verify(Signer.Sign(payload), AccessToken);
            Assert.True(result.IsValid);
            Assert.Equal(payload, result.Jws!.Payload.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void No_single_flipped_bit_verifies()
    {
        var token = Signer.Sign("""{"sub":"me","ops":"gA"}""").ToCharArray();
        for (var i = 0; i < token.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                token[i] ^= (char)(1 << bit);
                Assert.False(Verifier.Verify(token, AccessToken).IsValid, $"Bit {bit} of character {i} does not matter.");
                token[i] ^= (char)(1 << bit);
            }
        }
        Assert.True(Verifier.Verify(token, AccessToken).IsValid);
    }

    [Fact]
    public void A_header_that_came_with_a_good_signature_proves_nothing_for_the_next_token()
    {
        var good = Signer.Sign("""{"sub":"me"}""").Split('.');
        var other = Signer.Sign("""{"sub":"you"}""").Split('.');
        Assert.True(Verifier.Verify(string.Join('.', good), AccessToken).IsValid);
        Assert.Equal(good[0], other[0]);

        Assert.Equal(JwsFailure.BadSignature, Verifier.Verify($"{good[0]}.{good[1]}.{other[2]}", AccessToken).Failure);
        Assert.Equal(JwsFailure.BadSignature, Verifier.Verify($"{good[0]}.{other[1]}.{good[2]}", AccessToken).Failure);
        Assert.Equal(JwsFailure.WrongType, Verifier.Verify(string.Join('.', good), JwsExpectation.OfType("mkt-snapshot+jwt")).Failure);
        Assert.True(HashedToken.TryOf(string.Join('.', other).AsMemory(), out var hashed) && Verifier.Verify(hashed, AccessToken).IsValid);
        Assert.Equal(JwsFailure.Malformed, Verifier.Verify(default(HashedToken), AccessToken).Failure);
    }

    [Fact]
    public void No_mutated_token_is_accepted_and_none_throws()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\0é\uD800";
        var good = Signer.Sign("""{"iss":"http://localhost","sub":"me","ops":"gA"}""");
        var seen = new HashSet<JwsFailure>();
        for (var i = 0; i < 100_000; i++)
        {
            var token = Mutate(good, alphabet);
            var result = Verifier.Verify(token, AccessToken);
            Assert.True(!result.IsValid || token == good, token);
            seen.Add(result.Failure);
        }
        // The run is only worth something if it reached past the parser.
        Assert.Superset(new HashSet<JwsFailure> { JwsFailure.Malformed, JwsFailure.UnknownKey, JwsFailure.BadSignature }, seen);
    }

    private static string Mutate(string token, string alphabet)
    {
        var text = token.ToList();
        for (var n = RandomNumberGenerator.GetInt32(1, 4); n > 0; n--)
        {
            var at = RandomNumberGenerator.GetInt32(text.Count);
            switch (RandomNumberGenerator.GetInt32(4))
            {
                case 0: text[at] = Any(alphabet); break;
                case 1: text.RemoveAt(at); break;
                case 2: text.Insert(at, Any(alphabet)); break;
                default: (text[at], text[^1]) = (text[^1], text[at]); break;
            }
        }
        return new string([.. text]);
    }

    private static char Any(string alphabet) => alphabet[RandomNumberGenerator.GetInt32(alphabet.Length)];
}
