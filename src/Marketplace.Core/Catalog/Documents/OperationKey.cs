using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// An operation's stable name, usable as an OAuth scope token (RFC 6749 §3.3: printable ASCII without space, quote and
/// backslash). It depends on the operation alone, never on its neighbours: a key that moved to another operation when
/// a document is reordered would move grants with it.
/// </summary>
internal static class OperationKey
{
    public const int MaxLength = 128;

    public static string FromOperationId(string operationId) => Fit(operationId);

    /// <summary>For a document without operationIds, such as <c>GET:/accounts/{}</c>.</summary>
    public static string FromShape(string method, string shape) => Fit(method + ":" + shape);

    /// <summary>What had to be replaced or cut is told apart by a hash of the whole.</summary>
    private static string Fit(string text)
    {
        return text.Length <= MaxLength && text.All(IsScopeCharacter) ? text : Hashed(text);
    }

    public static string Hashed(string text, string salt = "")
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text + salt)))[..8];
        var kept = text[..Math.Min(text.Length, MaxLength - 9)].Select(c => IsScopeCharacter(c) ? c : '_');
        return string.Concat(kept) + "~" + hash;
    }

    private static bool IsScopeCharacter(char c) => c is >= '!' and <= '~' and not ('"' or '\\');
}
