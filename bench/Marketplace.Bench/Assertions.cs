using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Bench;

/// <summary>Client assertions made beforehand, one a line (RFC 7523 §3): making them must not cost the measured time.</summary>
internal static class Assertions
{
    public static void Write(string folder, int count, string audience)
    {
        if (!JwkJson.TryParse(File.ReadAllText(Path.Combine(folder, "client.jwk")), out var key, out var error))
            throw new InvalidOperationException(error);
        var signer = new JwsSigner(key, JwsAlgorithm.ES256, "JWT");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var file = new StreamWriter(Path.Combine(folder, "assertions"));
        for (var i = 0; i < count; i++)
            file.WriteLine(signer.Sign(JsonSerializer.SerializeToUtf8Bytes(new
            {
                iss = "orders",
                sub = "orders",
                aud = audience,
                jti = $"{now}-{i}",
                iat = now,
                exp = now + 290,
            })));
    }
}
