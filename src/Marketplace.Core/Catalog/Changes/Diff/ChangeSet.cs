using System.Globalization;
using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>What was found, each once: a schema that many operations share changes once and touches them all.</summary>
internal sealed class ChangeSet
{
    private const int LongestValue = 120;

    private readonly Dictionary<(string Kind, string Pointer, string Sentence), int> _known = [];

    public List<Found> All { get; } = [];

    public int Add(ChangeKind kind, string pointer, string subject, string? before = null, string? after = null, bool inEarlier = false)
    {
        var sentence = string.Format(CultureInfo.InvariantCulture, kind.Sentence, subject, Shorten(before), Shorten(after));
        if (!_known.TryGetValue((kind.Id, pointer, sentence), out var index))
        {
            _known.Add((kind.Id, pointer, sentence), index = All.Count);
            All.Add(new Found(kind, pointer, inEarlier, sentence));
        }
        return index;
    }

    private static string? Shorten(string? value) => value is { Length: > LongestValue } ? value[..(LongestValue - 1)] + "…" : value;

    internal sealed record Found(ChangeKind Kind, string Pointer, bool InEarlier, string Sentence)
    {
        /// <summary>Indexes of the operations that it touches; none when it is the document's own.</summary>
        public List<int> Operations { get; } = [];
    }
}
