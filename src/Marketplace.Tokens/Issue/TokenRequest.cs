namespace Marketplace.Tokens.Issue;

/// <summary>The parameters of RFC 6749 §4.4.2, RFC 7521 §4.2 and RFC 8707 §2; one sent without a value counts as not sent.</summary>
internal sealed record TokenRequest
{
    public string? GrantType { get; private init; }
    public string? ClientId { get; private init; }
    public string? ClientSecret { get; private init; }
    public string? AssertionType { get; private init; }
    public string? Assertion { get; private init; }
    public string? Resource { get; private init; }
    public string? Scope { get; private init; }

    /// <summary>Reads a body; unknown parameters are ignored, repeated ones refused (RFC 6749 §3.2).</summary>
    public static (TokenRequest? Request, TokenRefusal? Refusal) Read(ReadOnlySpan<byte> body)
    {
        if (FormReader.Read(body) is not { } pairs)
            return (null, TokenRefusal.InvalidRequest("The body is not well-formed application/x-www-form-urlencoded."));
        var values = new Dictionary<string, string>(pairs.Count, StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (values.TryAdd(name, value))
                continue;
            return (null, name == "resource"
                ? TokenRefusal.InvalidTarget("A token is for one resource; ask for one token each.")
                : TokenRefusal.InvalidRequest("A parameter is sent more than once."));
        }
        var request = new TokenRequest
        {
            GrantType = Value("grant_type"),
            ClientId = Value("client_id"),
            ClientSecret = Value("client_secret"),
            AssertionType = Value("client_assertion_type"),
            Assertion = Value("client_assertion"),
            Resource = Value("resource"),
            Scope = Value("scope"),
        };
        return request.GrantType is null
            ? (null, TokenRefusal.InvalidRequest("grant_type is missing."))
            : (request, null);

        string? Value(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }
}
