using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>Goes from token to token. What does not fit ends the statement; the next one is read all the same.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens, List<PolicyFault> faults)
{
    private int _at;

    public Token Next => tokens[_at];

    public bool IsAtEnd => Next.Kind == TokenKind.End;

    public int Position => _at;

    public Token Take() => IsAtEnd ? Next : tokens[_at++];

    public bool TakeWord(string word) => Next.IsWord(word) && Take().Kind == TokenKind.Word;

    public bool TakeSign(string sign) => Next.IsSign(sign) && Take().Kind == TokenKind.Sign;

    public void Expect(string word, string example)
    {
        if (!TakeWord(word))
            throw Fault($"`{word}` is missing before {Next}. Write {example}.");
    }

    public void ExpectSign(string sign, string example)
    {
        if (!TakeSign(sign))
            throw Fault($"`{sign}` is missing before {Next}. Write {example}.");
    }

    public string ExpectText(string what) =>
        Next.Kind == TokenKind.Text ? Take().Text : throw Fault($"{what} stands between double quotes, not {Next}.");

    public int ExpectNumber(string what, int least, int most) =>
        Next.Kind == TokenKind.Number && int.TryParse(Next.Text, out var number) && number >= least && number <= most
            ? (Take(), number).number
            : throw Fault($"{what} is a whole number from {least:N0} to {most:N0}, not {Next}.");

    /// <summary>One of a set of words.</summary>
    public string ExpectOneOf(IReadOnlyCollection<string> words, string what)
    {
        if (Next.Kind is TokenKind.Word or TokenKind.Text && words.Contains(Next.Text, StringComparer.Ordinal))
            return Take().Text;
        throw Fault($"{Next} is not {what}.{Nearest(Next.Text, words)}");
    }

    public StatementFault Fault(string message) => new(Next, message);

    public void Refuse(Token at, string message) => faults.Add(new(at.Line, at.Column, message));

    /// <summary>To the beginning of the next statement.</summary>
    public void SkipStatement()
    {
        do
            Take();
        while (!IsAtEnd && !(Next.IsFirst && Next is { Kind: TokenKind.Word, Text: "rule" or "otherwise" or "break" or "test" }));
    }

    /// <summary>What was read since <paramref name="from"/>, with one blank where there were several or a comment.</summary>
    public string TextSince(int from)
    {
        var text = "";
        for (var i = from; i < _at; i++)
        {
            var isTight = text.Length == 0 || text[^1] == '(' || tokens[i].Text is ")" or ",";
            text += (isTight ? "" : " ") + (tokens[i].Kind == TokenKind.Text ? $"\"{tokens[i].Text}\"" : tokens[i].Text);
        }
        return text;
    }

    private static string Nearest(string word, IReadOnlyCollection<string> words)
    {
        var limit = Math.Max(2, word.Length / 3);
        var nearest = words.Select(w => (Word: w, Distance: Typo.Distance(word.ToLowerInvariant(), w.ToLowerInvariant(), limit))).MinBy(w => w.Distance);
        return nearest.Distance <= limit ? $" Did you mean `{nearest.Word}`?" : $" Choose {string.Join(", ", words)}.";
    }
}

/// <summary>Ends the reading of one statement; never leaves the parser.</summary>
internal sealed class StatementFault(Token at, string message) : Exception(message)
{
    public PolicyFault Fault => new(at.Line, at.Column, Message);
}
