namespace Marketplace.Tokens.Issue;

/// <summary>What a token is asked for, whoever asks (RFC 6749 §4.4.2, RFC 8707 §2, RFC 9396 §6).</summary>
/// <param name="Resource">Where it is to be used.</param>
/// <param name="Scope">Operation keys, to narrow by.</param>
/// <param name="Details">"authorization_details", as sent.</param>
internal sealed record TokenRequest(string? Resource, string? Scope, string? Details)
{
    public static TokenRequest Of(FormParameters form) => new(form["resource"], form["scope"], form["authorization_details"]);
}
