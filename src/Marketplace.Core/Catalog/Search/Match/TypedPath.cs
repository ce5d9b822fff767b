using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>A path as it stands in an address, a log or a test: <c>https://api.bank/v1/accounts/123?x=y</c>.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Parts">In lower case.</param>
/// <param name="Ended">The last part is whole: a slash or a query follows it.</param>
internal sealed record TypedPath(string Text, string[] Parts, bool Ended)
{
    private const int MostParts = 24;

    public static TypedPath? Of(string token)
    {
        var text = token;
        if (text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0)
            text = text.IndexOf('/', scheme + 3) is var slash and >= 0 ? text[slash..] : "";
        var query = text.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
            text = text[..query];
        var parts = PathTable.Cut(text.ToLowerInvariant());
        return parts.Length is 0 or > MostParts ? null : new(token, parts, query >= 0 || text.EndsWith('/'));
    }

    /// <summary>Written as in a template: <c>{id}</c>, <c>:id</c> or <c>*</c>.</summary>
    public static bool IsVariable(string part) => part[0] is '{' or ':' or '*';
}
