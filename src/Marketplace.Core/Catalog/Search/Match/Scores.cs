namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Scores of one segment's operations or lines, word by word: of the ways in which one word is found, the best counts.</summary>
internal sealed class Scores
{
    private float[] _score = [];
    private float[] _best = [];
    private byte[] _matched = [];
    private byte[] _last = [];
    private byte _word;
    private bool _every;

    /// <summary>What was found by at least one word.</summary>
    public List<int> Touched { get; } = [];

    /// <param name="count">Of the things that may be found.</param>
    /// <param name="every">Whether what misses one word is out.</param>
    public void Begin(int count, bool every)
    {
        if (_score.Length < count)
            (_score, _best, _matched, _last) = (new float[count], new float[count], new byte[count], new byte[count]);
        foreach (var thing in Touched)
            (_matched[thing], _last[thing]) = (0, 0);
        Touched.Clear();
        (_word, _every) = (0, every);
    }

    public void NextWord() => _word++;

    public void Add(int thing, float score)
    {
        if (_last[thing] == _word)
        {
            if (score > _best[thing])
            {
                _score[thing] += score - _best[thing];
                _best[thing] = score;
            }
            return;
        }
        if (_matched[thing] == 0)
        {
            if (_every && _word > 1)
                return;
            Touched.Add(thing);
            _score[thing] = 0;
        }
        else if (_every && _matched[thing] != _word - 1)
            return;
        _last[thing] = _word;
        _matched[thing]++;
        _best[thing] = score;
        _score[thing] += score;
    }

    public void Raise(int thing, float factor)
    {
        if (_matched[thing] > 0)
            _score[thing] *= factor;
    }

    public int Matched(int thing) => _matched[thing];

    public float this[int thing] => _score[thing];
}
