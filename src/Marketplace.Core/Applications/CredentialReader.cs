using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Core.Applications;

/// <summary>
/// What an application may register beside secrets, told apart by how it looks: a public key (JWK or PEM), a
/// certificate (PEM, or the x5c of a JWK), or the name that a trusted authority's certificate bears (<c>dns:…</c>).
/// </summary>
internal static class CredentialReader
{
    public static Outcome<NewCredential> Read(string text, string label)
    {
        text = text.Trim();
        if (text.StartsWith("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            return ReadPem(text, label);
        if (CertificateName.LooksLike(text))
            return ReadName(text, label);
        var key = PublicKeyReader.Read(text);
        if (!key.Succeeded)
            return key.Failed<NewCredential>();
        var credential = new NewCredential(CredentialKind.PublicKey, label, key.Value.Thumbprint()) { PublicJwk = key.Value.ToJson() };
        return text.StartsWith('{') && ReadChain(text) is { } chain ? WithCertificate(credential, key.Value, chain) : credential;
    }

    private static Outcome<NewCredential> ReadName(string text, string label) => CertificateName.TryParse(text, out var name)
        ? new NewCredential(CredentialKind.CertificateName, label, name.ToString()) { CertificateName = name.ToString() }
        : Wrong("The certificate's name must be dns:, uri:, ip:, email: or dn: and what the certificate says.");

    private static Outcome<NewCredential> ReadPem(string pem, string label)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return With(new NewCredential(CredentialKind.Certificate, label, Thumbprint(certificate)), certificate);
        }
        catch (CryptographicException)
        {
            return Wrong("This PEM holds no readable certificate.");
        }
    }

    // RFC 7517 §4.7: the first certificate holds the key; padded base64, not base64url.
    private static Outcome<NewCredential> WithCertificate(NewCredential credential, Jwk key, string chain)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(chain));
            var own = PublicKeyReader.Read(certificate.PublicKey.ExportSubjectPublicKeyInfo() is var spki ? PemEncoding.WriteString("PUBLIC KEY", spki) : "");
            return own.Succeeded && own.Value.Thumbprint() == key.Thumbprint()
                ? With(credential, certificate)
                : Wrong("The first certificate of x5c does not hold the key of this JWK.");
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return Wrong("The first entry of x5c is no certificate.");
        }
    }

    private static string? ReadChain(string json)
    {
        if (!StrictJson.TryParseObject(Encoding.UTF8.GetBytes(json), out var document))
            return null;
        using (document)
        {
            if (!document.RootElement.TryGetProperty("x5c", out var chain))
                return null;
            return chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0 && chain[0].ValueKind == JsonValueKind.String
                ? chain[0].GetString()
                : "";
        }
    }

    private static NewCredential With(NewCredential credential, X509Certificate2 certificate) => credential with
    {
        Certificate = Convert.ToBase64String(certificate.RawData),
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero),
    };

    /// <summary>x5t#S256 (RFC 8705 §3.1).</summary>
    private static string Thumbprint(X509Certificate2 certificate) => Base64Url.Encode(SHA256.HashData(certificate.RawData));

    private static Problem Wrong(string message) => new("public_key_invalid", message, "publicKey");
}
