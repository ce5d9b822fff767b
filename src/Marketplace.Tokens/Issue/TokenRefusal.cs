namespace Marketplace.Tokens.Issue;

/// <summary>An error of RFC 6749 §5.2, or of a standard that adds to it.</summary>
/// <param name="Error">The standard's code.</param>
/// <param name="Description">For the developer who reads the log; printable ASCII without quote and backslash (RFC 6749 §5.2).</param>
internal sealed record TokenRefusal(string Error, string Description)
{
    public const string InvalidClientCode = "invalid_client";
    private const string UnavailableCode = "temporarily_unavailable";

    /// <summary>One answer for every failed authentication: which part was wrong helps nobody but an attacker.</summary>
    public static readonly TokenRefusal InvalidClient = new(InvalidClientCode, "The client is unknown, or did not prove to be itself.");

    /// <summary>The same when there is no room left to slow it down.</summary>
    public static readonly TokenRefusal TooMany = new("too_many_attempts", "Too many wrong credentials; try again later.");

    /// <summary>RFC 9449 §8; the nonce is in the answer's header.</summary>
    public static readonly TokenRefusal UseDpopNonce = new("use_dpop_nonce", "The proof needs the nonce of the DPoP-Nonce header.");

    public static readonly TokenRefusal NotReady = new(UnavailableCode, "The token plane has not loaded its policy yet.");

    public static readonly TokenRefusal UnsupportedGrantType =
        new("unsupported_grant_type", "Only client_credentials and token exchange are supported.");

    public int Status => Error switch
    {
        InvalidClientCode => 401,
        UnavailableCode => 503,
        "too_many_attempts" => 429,
        _ => 400,
    };

    public static TokenRefusal InvalidRequest(string description) => new("invalid_request", description);

    public static TokenRefusal InvalidScope(string description) => new("invalid_scope", description);

    /// <summary>RFC 8707 §2.</summary>
    public static TokenRefusal InvalidTarget(string description) => new("invalid_target", description);

    /// <summary>RFC 9396 §5.</summary>
    public static TokenRefusal InvalidAuthorizationDetails(string description) => new("invalid_authorization_details", description);

    /// <summary>RFC 9449 §5.</summary>
    public static TokenRefusal InvalidDpopProof(string description) => new("invalid_dpop_proof", description);

    public static TokenRefusal UnauthorizedClient(string description) => new("unauthorized_client", description);

    public static TokenRefusal Unavailable(string description) => new(UnavailableCode, description);
}
