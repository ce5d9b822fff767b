using System.Text;

namespace Marketplace.Core.Access.Approval.Language;

internal enum TokenKind
{
    Word,
    Text,
    Number,
    Sign,
    End,
}

/// <param name="IsFirst">Nothing but blanks stands before it on its line.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int At, int Line, int Column, bool IsFirst)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;

    public bool IsSign(string sign) => Kind == TokenKind.Sign && Text == sign;

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the policy",
        TokenKind.Text => $"\"{Text}\"",
        _ => $"`{Text}`",
    };
}

/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record PolicyFault(int Line, int Column, string Message)
{
    public Problem ToProblem() => new("policy_invalid", $"Line {Line}, column {Column}: {Message}", "text");
}

/// <summary>Takes a policy's text apart: words, "texts", numbers and signs. A <c>#</c> begins a comment, up to the end of the line.</summary>
internal sealed class Scanner(string text, List<PolicyFault> faults)
{
    private const int LongestText = 200;
    private static readonly string[] Signs = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ",", ":"];

    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public IReadOnlyList<Token> Read()
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == '\n')
            {
                (_line, _lineStart) = (_line + 1, ++_at);
            }
            else if (c is ' ' or '\t' or '\r')
                _at++;
            else if (c == '#')
                Skip(static c => c != '\n');
            else if (c == '"')
                ReadText();
            else if (char.IsAsciiDigit(c))
                Add(TokenKind.Number, Skip(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
            else if (char.IsAsciiLetter(c))
                Add(TokenKind.Word, Skip(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
            else if (Signs.FirstOrDefault(s => text.AsSpan(_at).StartsWith(s, StringComparison.Ordinal)) is { } sign)
                Add(TokenKind.Sign, _at, _at += sign.Length);
            else
                RefuseCharacter();
        }

        _tokens.Add(new(TokenKind.End, "", _at, _line, Column(_at), true));
        return _tokens;
    }

    private void ReadText()
    {
        var start = _at++;
        Skip(static c => c is not ('"' or '\n'));
        if (_at == text.Length || text[_at] == '\n')
        {
            faults.Add(new(_line, Column(start), "This text does not end on its line. Close it with \"."));
            Add(TokenKind.Text, start, _at, text[(start + 1).._at]);
            return;
        }

        var inside = text[(start + 1).._at++];
        if (inside.Length > LongestText)
            faults.Add(new(_line, Column(start), $"This text is longer than {LongestText} characters. Shorten it."));
        else if (inside.Any(char.IsControl))
            faults.Add(new(_line, Column(start), "This text has a character in it that cannot be seen. Write it again."));
        Add(TokenKind.Text, start, _at, inside);
    }

    private void RefuseCharacter()
    {
        var rune = Rune.GetRuneAt(text, _at);
        var hint = text[_at] switch
        {
            '“' or '”' or '„' or '\'' => " Put texts between straight double quotes: \"like this\".",
            '&' or '|' or '!' => " Write `and`, `or` and `not` as words.",
            '/' => " A comment begins with #.",
            _ => " Take it out.",
        };
        faults.Add(new(_line, Column(_at), $"The character {(Rune.IsControl(rune) ? $"U+{rune.Value:X4}" : rune)} has no meaning here.{hint}"));
        _at += rune.Utf16SequenceLength;
    }

    private (int Start, int End) Skip(Func<char, bool> inside)
    {
        var start = _at;
        while (_at < text.Length && inside(text[_at]))
            _at++;
        return (start, _at);
    }

    private void Add(TokenKind kind, (int Start, int End) span) => Add(kind, span.Start, span.End);

    private void Add(TokenKind kind, int start, int end, string? value = null) =>
        _tokens.Add(new(kind, value ?? text[start..end], start, _line, Column(start), _tokens.Count == 0 || _tokens[^1].Line < _line));

    private int Column(int at) => at - _lineStart + 1;
}
