using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Jose;

namespace Marketplace.Gateways.Haproxy;

/// <summary>A key that tokens are verified with, as haproxy reads it.</summary>
internal sealed partial record KeyFile(string KeyId, string Path, string Pem)
{
    /// <summary>The ES256 keys of a set. haproxy 2.6 has no PS256 (configuration manual §7.3.1, <c>jwt_verify</c>): other keys are unknown to it.</summary>
    public static IReadOnlyList<KeyFile> Of(JwkSet jwks) =>
    [
        .. VerificationKey.FromSet(jwks, JwsAlgorithm.ES256)
            .Where(key => PlainKeyId().IsMatch(key.KeyId))
            .DistinctBy(key => key.KeyId, StringComparer.Ordinal)
            .OrderBy(key => key.KeyId, StringComparer.Ordinal)
            // Named by thumbprint (RFC 7638): whatever the kid is, it never becomes a path.
            .Select(key => new KeyFile(key.KeyId, $"keys/{key.Key.Thumbprint()}.pem", ToPem(key.Key))),
    ];

    private static string ToPem(Jwk key)
    {
        using var json = JsonDocument.Parse(key.ToJson());
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Coordinate(json, "x"), Y = Coordinate(json, "y") },
        });
        return ec.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    private static byte[] Coordinate(JsonDocument json, string name) =>
        Base64Url.TryDecode(json.RootElement.GetProperty(name).GetString(), out var bytes) ? bytes : [];

    [GeneratedRegex(@"^[A-Za-z0-9._~:@/+=-]{1,200}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainKeyId();
}
