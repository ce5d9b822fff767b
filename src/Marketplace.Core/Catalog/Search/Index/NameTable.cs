namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>Numbers for names that many operations share, such as tags; they stay the same from one index to the next.</summary>
internal sealed class NameTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private volatile string[] _names = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public string this[int number] => _names[number];

    public int NumberOf(string name)
    {
        lock (_gate)
        {
            if (_numbers.TryGetValue(name, out var number))
                return number;
            if (_count == _names.Length)
            {
                var longer = new string[Math.Max(64, _count * 2)];
                _names.CopyTo(longer, 0);
                _names = longer;
            }
            _names[_count] = name;
            _numbers.Add(name, _count);
            return _count++;
        }
    }

    /// <summary>-1 when nothing has this name.</summary>
    public int Find(string name)
    {
        lock (_gate)
            return _numbers.GetValueOrDefault(name, -1);
    }
}
