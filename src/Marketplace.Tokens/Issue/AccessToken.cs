namespace Marketplace.Tokens.Issue;

/// <summary>What goes into a token besides who signs it and when.</summary>
/// <param name="Audience">"aud".</param>
/// <param name="Environment">"env"; null for the control plane.</param>
/// <param name="Operations">"ops"; null for the control plane.</param>
/// <param name="Scope">"scope"; null when there are more than 50 operations.</param>
/// <param name="LastEnd">No token outlives the last grant in it: seconds since 1970.</param>
internal sealed record AccessTokenContent(string Audience, string? Environment, string? Operations, string? Scope, long LastEnd)
{
    public static readonly AccessTokenContent Control =
        new(TokenPlaneOptions.ControlAudience, null, null, TokenPlaneOptions.ControlScope, long.MaxValue);
}
