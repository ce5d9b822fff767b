namespace Marketplace.Tokens.Issue;

/// <summary>The key that a token is bound to: the one member of "cnf" (RFC 7800 §3.1).</summary>
internal sealed record TokenBinding(string Member, string Value)
{
    /// <summary>RFC 9449 §6.1.</summary>
    public const string KeyThumbprint = "jkt";

    /// <summary>RFC 8705 §3.1.</summary>
    public const string CertificateThumbprint = "x5t#S256";

    /// <summary>RFC 9449 §5; a token bound to a certificate is still a Bearer token (RFC 8705 §3).</summary>
    public string TokenType => Member == KeyThumbprint ? "DPoP" : "Bearer";
}
