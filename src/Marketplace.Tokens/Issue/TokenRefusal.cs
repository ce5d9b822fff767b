namespace Marketplace.Tokens.Issue;

/// <summary>An error of RFC 6749 §5.2 or RFC 8707 §2.</summary>
/// <param name="Error">The standard's code.</param>
/// <param name="Description">For the developer who reads the log; printable ASCII without quote and backslash (RFC 6749 §5.2).</param>
internal sealed record TokenRefusal(string Error, string Description)
{
    public const string InvalidClientCode = "invalid_client";

    /// <summary>One answer for every failed authentication: which part was wrong helps nobody but an attacker.</summary>
    public static readonly TokenRefusal InvalidClient = new(InvalidClientCode, "The client is unknown, or did not prove to be itself.");

    public int Status => Error == InvalidClientCode ? 401 : 400;

    public static TokenRefusal InvalidRequest(string description) => new("invalid_request", description);

    public static TokenRefusal InvalidScope(string description) => new("invalid_scope", description);

    public static TokenRefusal InvalidTarget(string description) => new("invalid_target", description);

    public static TokenRefusal UnsupportedGrantType() => new("unsupported_grant_type", "Only client_credentials is supported.");
}
