using System.Text;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// A path template as a PCRE over the decoded path's UTF-8 bytes. Nothing of the template is copied into it but
/// letters, digits and bytes above ASCII: all else is written as <c>\xHH</c>, so a template cannot be a pattern.
/// A parameter takes the earliest end and never gives back (atomic groups), as <see cref="OperationMatcher"/> does:
/// no template makes matching slower than linear.
/// </summary>
internal static class PathRegex
{
    /// <summary>A character that is one <c>char</c> in .NET, as UTF-8.</summary>
    private const string Single = @"(?:[^/\x80-\xFF]|[\xC2-\xEF][\x80-\xBF]{1,2})";

    /// <summary>A character that is two: a surrogate pair.</summary>
    private const string Pair = @"[\xF0-\xF4][\x80-\xBF]{3}";

    /// <summary>Beyond this many parameters without a literal between them the pattern would grow too long; it wants whole characters.</summary>
    private const int MostAdjacent = 3;

    public static string Of(IEnumerable<SegmentTemplate> segments, bool lenient)
    {
        var regex = new StringBuilder("^");
        foreach (var segment in segments)
        {
            regex.Append('/');
            AppendSegment(regex, segment.Literals, lenient);
        }

        return regex.Append(lenient ? "/?$" : "$").ToString();
    }

    /// <summary>False for a literal that no canonical path can hold: it must not be read as anything else.</summary>
    public static bool IsPossible(IEnumerable<SegmentTemplate> segments) => segments.All(segment => segment.Literals.All(IsPossible));

    private static bool IsPossible(string literal) =>
        literal is not ("." or "..")
        && !literal.Any(c => c is < ' ' or '/' or '\\' or '\x7f')
        && !HasLoneSurrogate(literal);

    private static bool HasLoneSurrogate(string literal)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if (char.IsSurrogate(literal[i]) && !(i + 1 < literal.Length && char.IsSurrogatePair(literal[i], literal[i++ + 1])))
                return true;
        }

        return false;
    }

    private static void AppendSegment(StringBuilder regex, IReadOnlyList<string> literals, bool lenient)
    {
        AppendLiteral(regex, literals[0], lenient);
        for (var i = 1; i < literals.Count; i++)
        {
            var adjacent = 1;
            for (; i < literals.Count - 1 && literals[i].Length == 0; i++)
                adjacent++;
            var (some, more) = adjacent == 1 ? ("", "[^/]+") : (AtLeast(adjacent), "[^/]*");
            var isLast = i == literals.Count - 1;
            if (isLast && literals[i].Length == 0)
                regex.Append(some).Append(more).Append('+');
            else if (isLast)
                AppendLiteral(regex.Append(some).Append(more), literals[i], lenient);
            else
                AppendLiteral(regex.Append("(?>").Append(some).Append(more).Append('?'), literals[i], lenient).Append(')');
        }
    }

    /// <summary>Characters worth at least so many <c>char</c>s: <see cref="OperationMatcher"/> gives each parameter one.</summary>
    private static string AtLeast(int chars) => chars switch
    {
        <= 0 => "",
        > MostAdjacent => $"(?:{Single}|{Pair}){{{chars}}}",
        _ => $"(?:{Single}{AtLeast(chars - 1)}|{Pair}{AtLeast(chars - 2)})",
    };

    private static StringBuilder AppendLiteral(StringBuilder regex, string literal, bool lenient)
    {
        foreach (var rune in literal.EnumerateRunes())
        {
            var same = lenient ? FoldedCase.Of(rune) : [rune];
            if (same.Count == 1)
                regex.Append(Text(rune));
            else if (same.All(one => one.IsAscii))
                regex.Append('[').AppendJoin("", same.Select(Text)).Append(']');
            else
                regex.Append("(?:").AppendJoin('|', same.Select(Text)).Append(')');
        }

        return regex;
    }

    private static string Text(Rune rune) => !rune.IsAscii || Rune.IsLetterOrDigit(rune) ? rune.ToString() : $"\\x{rune.Value:X2}";
}
