using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Audit;

/// <summary>What the event of an erasure says: up to where content is gone, and the hashes that stay.</summary>
/// <param name="UpTo">The last event without content; all before it have none either.</param>
/// <param name="Hashes">SHA-256, in hex, over the hashes of the events from the first to that one.</param>
/// <param name="Statement">The same, signed by the marketplace: who may write to every table adds none.</param>
public sealed record Erasure(
    [property: JsonPropertyName("up_to")] long UpTo, [property: JsonPropertyName("hashes")] string Hashes, [property: JsonPropertyName("statement")] string? Statement = null)
{
    /// <summary>Whether a statement, whose signature was verified, says just this.</summary>
    public bool IsIn(ReadOnlySpan<byte> statement) =>
        JsonSerializer.Deserialize<Erasure>(statement) is { } said && said.UpTo == UpTo && said.Hashes == Hashes;
}

/// <summary>Events without content: whether the chain itself tells that they were erased, and just these.</summary>
internal sealed class ErasedEvents(Func<Erasure, bool>? isSigned)
{
    private readonly IncrementalHash _hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<Erasure> _told = [];
    private readonly List<(long From, long To)> _runs = [];

    public long Count { get; private set; }

    public void Add(AuditLine line)
    {
        Count++;
        if (_runs is [] || _runs[^1].To != line.Sequence - 1)
            _runs.Add((line.Sequence, line.Sequence));
        else
            _runs[^1] = (_runs[^1].From, line.Sequence);
        if (_runs.Count == 1)
            _hashes.AppendData(line.Hash);
    }

    public void Note(ToldEvent told)
    {
        // It tells of what stands before it; one that reaches further, or that nobody of ours signed, tells of nothing.
        if (told.Erasure is { } erasure && erasure.UpTo < told.Sequence && isSigned?.Invoke(erasure) is not false)
            _told.Add(erasure);
    }

    public IEnumerable<(long From, long To, string Why)> Untold(bool whole)
    {
        var furthest = _told.MaxBy(erasure => erasure.UpTo);
        foreach (var (from, to) in _runs)
        {
            if (furthest is null || to > furthest.UpTo)
                yield return (from, to, whole
                    ? "removed: the content is gone, and no erasure on the chain tells of it"
                    : "the content is not here, and no erasure in this export tells of it");
        }

        if (whole && _runs is [(var first, var last), ..] && furthest is not null && last <= furthest.UpTo
            && (first != 1 || last != furthest.UpTo || Convert.ToHexStringLower(_hashes.GetCurrentHash()) != furthest.Hashes))
            yield return (first, last, "rewritten: the hashes of the erased events are not those that the erasure tells of");
    }
}
