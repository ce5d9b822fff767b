using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary><see cref="CanonicalPath"/> as two regular expressions: one over the raw path, one over the decoded one.</summary>
internal static class CanonicalRegex
{
    private const string Hex = "[0-9A-Fa-f]";
    private const string Tail = "%[89ABab]" + Hex;

    /// <summary>
    /// Allowed characters (RFC 3986 §3.3 pchar and slash, without <c>;</c>), and escapes that are well-formed UTF-8
    /// (Unicode 15 table 3-7) without controls, slash and backslash. No quotation mark in it: it stands in single quotes.
    /// </summary>
    public const string Raw = @"^/(?:[A-Za-z0-9/._~!$&\x27()*+,=:@-]++"
        + $"|%(?:2[0-9A-Ea-e]|[346]{Hex}|5[0-9ABD-Fabd-f]|7[0-9A-Ea-e])"
        + $"|%(?:[Cc][2-9A-Fa-f]|[Dd]{Hex}){Tail}"
        + $"|%(?:[Ee]0%[ABab]{Hex}|[Ee][1-9A-CEFa-cef]{Tail}|[Ee][Dd]%[89]{Hex}){Tail}"
        + $"|%(?:[Ff]0%[9ABab]{Hex}|[Ff][1-3]{Tail}|[Ff]4%8{Hex}){Tail}{Tail}"
        + @")*+\z";

    /// <summary>What a decoded path may not contain: an empty segment, a dot segment.</summary>
    public const string NotDecoded = @"//|/\.\.?(?:/|\z)";

    /// <summary>Methods by header; servers that fold <c>_</c> into <c>-</c> (CGI, RFC 3875 §4.1.18) read both.</summary>
    public const string MethodOverride = "(?:^|,)x[-_](?:http[-_]method(?:[-_]override)?|method[-_]override)(?:,|$)";

    /// <summary>Paths by header, as some servers and frameworks read them.</summary>
    public const string PathOverride = "(?:^|,)x[-_](?:original|rewrite)[-_]url(?:,|$)";
}
