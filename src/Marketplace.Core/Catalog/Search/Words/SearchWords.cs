namespace Marketplace.Core.Catalog.Search.Words;

/// <summary>
/// Cuts text into words at punctuation and capitals: <c>getPaymentStatus</c>, <c>get_payment_status</c> and
/// <c>/payment-status</c> hold the same ones. <c>HTTPServer2</c> is <c>http server2</c>.
/// </summary>
internal ref struct SearchWords(ReadOnlySpan<char> text)
{
    /// <summary>Longer ones are keys and hashes, which nobody types.</summary>
    public const int Longest = 40;

    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    /// <summary>As it is written.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    public bool MoveNext()
    {
        while (_next < _text.Length && !char.IsLetterOrDigit(_text[_next]))
            _next++;
        if (_next == _text.Length)
            return false;
        var start = _next;
        if (char.IsDigit(_text[_next]))
        {
            SkipDigits();
            SkipLetters();
        }
        else
        {
            SkipCapitals(start);
            SkipDigits();
        }
        Current = _text[start.._next];
        return true;
    }

    private void SkipCapitals(int start)
    {
        while (_next < _text.Length && char.IsUpper(_text[_next]))
            _next++;
        if (_next == _text.Length || !IsSmall(_text[_next]))
            return;
        // The last capital begins the next word, unless it is the only one.
        if (_next - start > 1)
        {
            _next--;
            return;
        }
        while (_next < _text.Length && IsSmall(_text[_next]))
            _next++;
    }

    private void SkipDigits()
    {
        while (_next < _text.Length && char.IsDigit(_text[_next]))
            _next++;
    }

    private void SkipLetters()
    {
        while (_next < _text.Length && char.IsLetter(_text[_next]))
            _next++;
    }

    private static bool IsSmall(char c) => char.IsLetter(c) && !char.IsUpper(c);

    public static List<string> Of(string text)
    {
        var found = new List<string>();
        var words = new SearchWords(text);
        while (words.MoveNext())
        {
            if (words.Current.Length <= Longest)
                found.Add(words.Current.ToString().ToLowerInvariant());
        }
        return found;
    }
}
