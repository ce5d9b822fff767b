namespace Marketplace.Tokens.Issue;

/// <summary>What goes into a token besides who signs it and when.</summary>
/// <param name="Audience">"aud".</param>
/// <param name="Environment">"env"; null for the control plane, unless the credential is for one environment alone.</param>
/// <param name="Operations">"ops"; null for the control plane.</param>
/// <param name="Scope">"scope"; null when there are more than 50 operations.</param>
/// <param name="LastEnd">No token outlives the last grant in it, nor the token that it was exchanged for: seconds since 1970.</param>
internal sealed record AccessTokenContent(string Audience, string? Environment, string? Operations, string? Scope, long LastEnd)
{
    public static readonly AccessTokenContent Control =
        new(TokenPlaneOptions.ControlAudience, null, null, TokenPlaneOptions.ControlScope, long.MaxValue);

    /// <summary>"authorization_details" as granted, in JSON (RFC 9396 §7, §9.1); null where none were asked for.</summary>
    public string? Details { get; init; }

    /// <summary>"sub" where it is not the client; then there is <see cref="Actor"/> too.</summary>
    public string? Subject { get; init; }

    /// <summary>"act" in JSON: who acts for the subject, and for whom that one acted (RFC 8693 §4.1).</summary>
    public string? Actor { get; init; }
}
