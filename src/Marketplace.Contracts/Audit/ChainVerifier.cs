namespace Marketplace.Contracts.Audit;

/// <summary>
/// Follows a chain event by event and says what is wrong with it and where. It holds what it has found and no events,
/// so that it follows any length.
/// </summary>
/// <param name="isSigned">Whether the marketplace signed what an erasure says; null to believe the chain.</param>
/// <param name="marks">What is known of the chain from elsewhere: checkpoints, and its head.</param>
public sealed class ChainVerifier(Func<Erasure, bool>? isSigned, params IReadOnlyList<ChainMark> marks)
{
    /// <summary>So many findings are told in words; the rest is counted.</summary>
    public const int MostFindings = 200;

    private readonly ILookup<long, ChainMark> _marks = marks.ToLookup(mark => mark.Sequence);
    private readonly List<ChainFinding> _findings = [];
    private readonly ErasedEvents _erased = new(isSigned);
    private readonly List<(long From, long To)> _holes = [];
    private long _next = 1;
    private byte[] _last = AuditChain.Start;

    /// <summary>Believes the chain what it says of erasures.</summary>
    /// <param name="marks">What is known of the chain from elsewhere: checkpoints, and its head.</param>
    public ChainVerifier(params IReadOnlyList<ChainMark> marks)
        : this(isSigned: null, marks)
    {
    }

    /// <summary>How many events were followed.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them had lost their content by an erasure.</summary>
    public long Erased => _erased.Count;

    /// <summary>The last event so far.</summary>
    public ChainMark? Last => Count == 0 ? null : new(_next - 1, _last);

    /// <summary>What is wrong, in the order of the events.</summary>
    public IReadOnlyList<ChainFinding> Findings => [.. _findings.OrderBy(finding => finding.Sequence)];

    /// <summary>What is wrong beyond <see cref="MostFindings"/>.</summary>
    public long Untold { get; private set; }

    /// <summary>A line that is no event.</summary>
    public void AddUnreadable(long line) => Found(ChainFault.Unreadable, _next, _next, $"line {line} is no event");

    /// <summary>The next event.</summary>
    public void Add(AuditLine line)
    {
        Count++;
        if (!TakesPlace(line))
            return;
        if (line.Differing.Count > 0)
            Found(ChainFault.ColumnsAltered, line.Sequence, line.Sequence, $"altered: {string.Join(", ", line.Differing)} beside the content say something else than the content");
        if (line.Content is not { } content)
            _erased.Add(line);
        else if (!AuditChain.HashOf(line.PreviousHash, content.Span).AsSpan().SequenceEqual(line.Hash))
            Found(ChainFault.Altered, line.Sequence, line.Sequence, "altered: its content is not what its hash covers");
        else if (ToldEvent.Read(content.Span) is var told && told.Sequence != line.Sequence)
            Found(ChainFault.Altered, line.Sequence, line.Sequence, $"altered: it stands in place of another; its content is that of event {told.Sequence?.ToString() ?? "none"}");
        else
            _erased.Note(told);
        foreach (var mark in _marks[line.Sequence].Where(mark => !mark.Hash.AsSpan().SequenceEqual(line.Hash)))
            Found(ChainFault.Rewritten, line.Sequence, line.Sequence, $"rewritten: its hash was {Convert.ToHexStringLower(mark.Hash)} and is {Convert.ToHexStringLower(line.Hash)}; events up to here are not those of then");
    }

    /// <summary>There is no more.</summary>
    /// <param name="whole">All events were to be here; false for what a filter let through, which has gaps.</param>
    public void Complete(bool whole)
    {
        foreach (var (from, to) in whole ? _holes : [])
            Found(ChainFault.Removed, from, to, "removed");

        var furthest = _marks.Select(mark => mark.Key).DefaultIfEmpty(0).Max();
        if (whole && furthest >= _next)
            Found(ChainFault.Truncated, _next, furthest, $"removed: the chain once went on to {furthest}");
        foreach (var (from, to, why) in _erased.Untold(whole))
            Found(ChainFault.ErasedUntold, from, to, why);
    }

    private bool TakesPlace(AuditLine line)
    {
        if (line.Sequence < _next)
        {
            var hole = _holes.FindIndex(h => h.From <= line.Sequence && line.Sequence <= h.To);
            if (hole < 0)
                Found(ChainFault.Inserted, line.Sequence, line.Sequence, "inserted: the chain has this event already");
            else
                MoveOutOf(hole, line.Sequence);
            return false;
        }

        if (line.Sequence > _next)
            _holes.Add((_next, line.Sequence - 1));
        else if (!line.PreviousHash.AsSpan().SequenceEqual(_last))
            Found(ChainFault.Replaced, line.Sequence, line.Sequence, $"replaced: it does not follow event {line.Sequence - 1} as that one is here");
        _next = line.Sequence + 1;
        _last = line.Hash;
        return true;
    }

    private void MoveOutOf(int hole, long sequence)
    {
        var (from, to) = _holes[hole];
        _holes.RemoveAt(hole);
        if (from < sequence)
            _holes.Add((from, sequence - 1));
        if (sequence < to)
            _holes.Add((sequence + 1, to));
        Found(ChainFault.Reordered, sequence, sequence, $"reordered: it stands after event {_next - 1}");
    }

    private void Found(ChainFault fault, long from, long until, string detail)
    {
        if (_findings.Count < MostFindings)
            _findings.Add(new(fault, from, until, detail));
        else
            Untold++;
    }
}
