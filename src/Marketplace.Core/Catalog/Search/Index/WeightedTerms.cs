using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>Adds up how much one thing is about each of its words, over all its fields.</summary>
internal sealed class WeightedTerms(Dictionary<string, int> terms)
{
    /// <summary>Weights are kept as sixteenths in a byte.</summary>
    public const float Scale = 16;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _terms = terms.GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly Dictionary<int, float> _weights = [];
    private readonly List<int> _field = [];

    /// <summary>A field counts the more for each of its words the fewer it has; a word counts once in a field.</summary>
    public void Add(ReadOnlySpan<char> text, float boost, int longest = int.MaxValue)
    {
        _field.Clear();
        Collect(text.Length > longest ? text[..longest] : text);
        Spend(boost);
    }

    /// <summary>An identifier besides as one word, for those who type it without its joints.</summary>
    public void AddName(ReadOnlySpan<char> name, float boost)
    {
        _field.Clear();
        Collect(name);
        Spend(boost);
        AddJoined(name, boost / 2);
    }

    public void AddJoined(ReadOnlySpan<char> name, float boost)
    {
        Span<char> joined = stackalloc char[SearchWords.Longest];
        var words = new SearchWords(name);
        var (length, parts) = (0, 0);
        for (; words.MoveNext(); parts++)
        {
            if (length + words.Current.Length > joined.Length)
                return;
            length += words.Current.ToLowerInvariant(joined[length..]);
        }
        if (parts > 1)
            Spend(NumberOf(joined[..length]), boost);
    }

    public void WriteTo(PostingsBuilder postings, int thing)
    {
        foreach (var (term, weight) in _weights)
            postings.Add(term, thing, (byte)Math.Clamp(weight * Scale, 1, byte.MaxValue));
        _weights.Clear();
    }

    private void Collect(ReadOnlySpan<char> text)
    {
        Span<char> lower = stackalloc char[SearchWords.Longest];
        var words = new SearchWords(text);
        while (words.MoveNext())
        {
            if (words.Current.Length > SearchWords.Longest)
                continue;
            var word = lower[..words.Current.ToLowerInvariant(lower)];
            if (StopWords.Contains(word))
                continue;
            var number = NumberOf(word);
            if (!_field.Contains(number))
                _field.Add(number);
        }
    }

    private void Spend(float boost)
    {
        var each = boost / (0.6f + (0.1f * _field.Count));
        foreach (var term in _field)
            Spend(term, each);
    }

    private void Spend(int term, float weight) => _weights[term] = _weights.GetValueOrDefault(term) + weight;

    private int NumberOf(ReadOnlySpan<char> word)
    {
        if (!_terms.TryGetValue(word, out var number))
            _terms[word] = number = _terms.Dictionary.Count;
        return number;
    }
}
