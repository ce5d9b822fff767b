using System.Text;

namespace Marketplace.Core.Catalog;

/// <summary>A title as part of an address: letters and digits of ASCII, accents taken off, anything else a hyphen.</summary>
public static class Slug
{
    public const int Longest = 60;

    // By hand: without ICU, which hosts may lack, .NET decomposes no letters.
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ";
    private const string Plain = "aaaaaaceeeeiiiinoooooouuuuyy";

    public static string Of(string title, string otherwise)
    {
        var slug = new StringBuilder();
        foreach (var c in title.ToLowerInvariant())
        {
            var letter = Accented.IndexOf(c, StringComparison.Ordinal) is var i and >= 0 ? Plain[i] : c;
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length >= Longest)
                break;
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? otherwise : text;
    }
}
