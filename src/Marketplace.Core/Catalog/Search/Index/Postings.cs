namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>For each term the things that hold it, in ascending order, with how much each is about it.</summary>
internal sealed class Postings(int[] starts, int[] things, byte[] weights)
{
    public ReadOnlySpan<int> Things(int term) => things.AsSpan(starts[term]..starts[term + 1]);

    public ReadOnlySpan<byte> Weights(int term) => weights.AsSpan(starts[term]..starts[term + 1]);

    public int Count(int term) => starts[term + 1] - starts[term];
}

/// <summary>Collects them unsorted; the things of one term must come in ascending order.</summary>
internal sealed class PostingsBuilder
{
    private readonly List<int> _terms = [];
    private readonly List<int> _things = [];
    private readonly List<byte> _weights = [];

    public void Add(int term, int thing, byte weight)
    {
        _terms.Add(term);
        _things.Add(thing);
        _weights.Add(weight);
    }

    /// <param name="places">For each term as it was numbered here, its number in the sorted dictionary.</param>
    public Postings Build(int[] places)
    {
        var starts = new int[places.Length + 1];
        foreach (var term in _terms)
            starts[places[term] + 1]++;
        for (var i = 0; i < places.Length; i++)
            starts[i + 1] += starts[i];
        var next = starts.ToArray();
        var (things, weights) = (new int[_terms.Count], new byte[_terms.Count]);
        for (var i = 0; i < _terms.Count; i++)
        {
            var place = next[places[_terms[i]]]++;
            (things[place], weights[place]) = (_things[i], _weights[i]);
        }
        return new(starts, things, weights);
    }
}
