using System.Text;
using Marketplace.Jose;

namespace Marketplace.Fuzz;

/// <summary>One way to spoil a token: in its text, in the bytes of a part, or in the words of its header.</summary>
internal static class Mutation
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\0é\uD800";

    private static readonly string[] Algorithms = ["none", "None", "HS256", "ES256", "PS256", "RS256", "ES384", "es256", ""];
    private static readonly string[] Types = ["at+jwt", "application/at+jwt", "AT+JWT", "JWT", "dpop+jwt", ""];
    private static readonly string[] Additions =
    [
        "\"crit\":[\"exp\"]", "\"jwk\":{\"kty\":\"EC\"}", "\"jku\":\"http://evil.example/keys\"", "\"x5u\":\"http://evil.example/\"",
        "\"alg\":\"none\"", "\"b64\":false", "\"kid\":null", "\"zip\":\"DEF\"",
    ];

    public static string Of(string token, Subjects subjects, Dice dice) => dice.Below(8) switch
    {
        0 => ChangeHeader(token, subjects, dice),
        1 => ExchangeParts(token, subjects, dice),
        2 or 3 => ChangeBytes(token, dice),
        _ => ChangeText(token, dice),
    };

    private static string ChangeText(string token, Dice dice)
    {
        var text = new StringBuilder(token);
        for (var n = 1 + dice.Below(3); n > 0 && text.Length > 0; n--)
        {
            var at = dice.Below(text.Length);
            switch (dice.Below(6))
            {
                case 0: text.Remove(at, 1); break;
                case 1: text.Insert(at, Alphabet[dice.Below(Alphabet.Length)]); break;
                case 2: (text[at], text[^1]) = (text[^1], text[at]); break;
                case 3: text.Length = at; break;
                case 4: text.Append(text.ToString(at, text.Length - at)); break;
                default: text[at] = Alphabet[dice.Below(Alphabet.Length)]; break;
            }
        }
        return text.ToString();
    }

    /// <summary>Stays well-formed: what is left to refuse it is JSON, the key and the signature.</summary>
    private static string ChangeBytes(string token, Dice dice)
    {
        var parts = token.Split('.');
        var part = dice.Below(parts.Length);
        if (!Base64Url.TryDecode(parts[part], out var bytes) || bytes.Length == 0)
            return ChangeText(token, dice);
        switch (dice.Below(5))
        {
            case 0: Array.Clear(bytes, dice.Below(bytes.Length), 1); break;
            case 1: bytes = bytes[..dice.Below(bytes.Length)]; break;
            case 2: bytes = [.. bytes, (byte)dice.Below(256)]; break;
            case 3: Array.Fill(bytes, (byte)(dice.Below(2) * 255)); break;
            default: bytes[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8)); break;
        }
        parts[part] = Base64Url.Encode(bytes);
        return string.Join('.', parts);
    }

    private static string ExchangeParts(string token, Subjects subjects, Dice dice)
    {
        var (parts, other) = (token.Split('.'), dice.Of(subjects.Tokens).Split('.'));
        parts[dice.Below(3)] = other[dice.Below(3)];
        return string.Join('.', parts);
    }

    private static string ChangeHeader(string token, Subjects subjects, Dice dice)
    {
        var parts = token.Split('.');
        var addition = dice.Below(2) == 0 ? "" : "," + dice.Of(Additions);
        var header = $$"""{"alg":"{{dice.Of(Algorithms)}}","typ":"{{dice.Of(Types)}}","kid":"{{dice.Of(subjects.KeyIds)}}"{{addition}}}""";
        parts[0] = Base64Url.Encode(Encoding.UTF8.GetBytes(header));
        if (dice.Below(4) == 0)
            parts[2] = "";
        return string.Join('.', parts);
    }
}
