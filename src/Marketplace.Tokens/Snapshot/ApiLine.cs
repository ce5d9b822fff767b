namespace Marketplace.Tokens.Snapshot;

/// <summary>A published ApiVersion: which operation keys there are now, and their bit indexes.</summary>
internal sealed class ApiLine(IEnumerable<(int Index, string Key)> operations)
{
    private readonly Dictionary<string, int> _indexes = operations.ToDictionary(o => o.Key, o => o.Index, StringComparer.Ordinal);
    private readonly Dictionary<int, string> _keys = operations.ToDictionary(o => o.Index, o => o.Key);

    /// <summary>In the order of their bits.</summary>
    public IEnumerable<string> Keys => _keys.OrderBy(o => o.Key).Select(o => o.Value);

    public bool TryGetIndex(ReadOnlySpan<char> key, out int index) =>
        _indexes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out index);

    /// <summary>The key, or null if the operation was removed.</summary>
    public string? KeyOf(int index) => _keys.GetValueOrDefault(index);
}

/// <summary>An ApiVersion in one environment: what a token's audience stands for.</summary>
internal readonly record struct TargetKey(Guid Line, string Environment);

/// <summary>A grant's bit index and its first and first-no-longer valid second since 1970.</summary>
internal readonly record struct GrantPeriod(int Index, uint From, uint Until);
