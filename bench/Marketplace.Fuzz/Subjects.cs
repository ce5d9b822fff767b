using System.Security.Cryptography;
using System.Text;
using Marketplace.Jose;

namespace Marketplace.Fuzz;

/// <summary>Good tokens of every algorithm, a good DPoP proof, and a verifier that knows their keys.</summary>
internal sealed class Subjects
{
    public const string ProofType = "dpop+jwt";

    private const string Claims =
        """{"iss":"http://localhost:5080","aud":"urn:marketplace:payments:v1:production","sub":"app","iat":1,"exp":2,"jti":"x","ops":"YA","rev":7}""";

    public Subjects()
    {
        var ec = Jwk.Generate(JwsAlgorithm.ES256);
        var ps = Jwk.Generate(JwsAlgorithm.PS256);
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(false);
        var header = Base64Url.Encode("""{"alg":"RS256","typ":"at+jwt","kid":"rs"}"""u8);
        var input = $"{header}.{Base64Url.Encode(Encoding.UTF8.GetBytes(Claims))}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!JwkJson.TryParse($$"""{"kty":"RSA","kid":"rs","alg":"RS256","n":"{{Base64Url.Encode(p.Modulus)}}","e":"{{Base64Url.Encode(p.Exponent)}}"}""", out var rs, out var error))
            throw new InvalidOperationException(error);
        Tokens =
        [
            new JwsSigner(ec, JwsAlgorithm.ES256, "at+jwt").Sign(Claims), new JwsSigner(ec, JwsAlgorithm.ES256, "at+jwt").Sign("{}"),
            new JwsSigner(ps, JwsAlgorithm.PS256, "at+jwt").Sign(Claims), $"{input}.{Base64Url.Encode(signature)}",
        ];
        Verifier = new JwsVerifier([new(ec, JwsAlgorithm.ES256), new(ps, JwsAlgorithm.PS256), new(rs, JwsAlgorithm.RS256)]);
        KeyIds = [ec.KeyId!, ps.KeyId!, "rs"];
        Proof = MakeProof();
        if (Tokens.Any(token => !Verifier.Verify(token, Expectation).IsValid) || !ProofOfPossession.TryVerify(Proof, ProofType, out _, out _))
            throw new InvalidOperationException("What is to be mutated must be good to begin with.");
    }

    public IReadOnlyList<string> Tokens { get; }

    public IReadOnlyList<string> KeyIds { get; }

    public string Proof { get; }

    public JwsVerifier Verifier { get; }

    public JwsExpectation Expectation { get; } = new() { Types = ["at+jwt"] };

    private static string MakeProof()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = key.ExportParameters(false).Q;
        var header = $$$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"{{{Base64Url.Encode(q.X)}}}","y":"{{{Base64Url.Encode(q.Y)}}}"}}""";
        var input = $"{Base64Url.Encode(Encoding.UTF8.GetBytes(header))}.{Base64Url.Encode("""{"jti":"1","htm":"POST","htu":"http://x/","iat":1}"""u8)}";
        return $"{input}.{Base64Url.Encode(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }
}
