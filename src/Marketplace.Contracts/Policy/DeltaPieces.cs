using System.Text;

namespace Marketplace.Contracts.Policy;

/// <summary>One text of JSON as pieces of another: both are cut after each closing brace, as entries change whole.</summary>
internal static class DeltaPieces
{
    /// <summary>In one pass over each.</summary>
    public static List<DeltaPiece> Between(ReadOnlySpan<byte> held, ReadOnlySpan<byte> next)
    {
        var found = new Dictionary<int, int>();
        for (int at = 0, length; at < held.Length; at += length)
            found.TryAdd(Hash(held.Slice(at, length = Cut(held[at..]))), at);

        var pieces = new List<DeltaPiece>();
        var text = 0;
        var (from, to) = (0, 0);
        for (int at = 0, length; at < next.Length; at += length)
        {
            var chunk = next.Slice(at, length = Cut(next[at..]));
            // What follows the last stretch follows it here too, in all but the few places where something changed.
            if (to > from && held[to..].StartsWith(chunk))
            {
                to += length;
                text = at + length;
                continue;
            }

            AddStretch(from, to);
            (from, to) = (0, 0);
            if (!found.TryGetValue(Hash(chunk), out var source) || !held[source..].StartsWith(chunk))
                continue;
            AddText(next[text..at]);
            (from, to) = (source, source + length);
            text = at + length;
        }

        AddStretch(from, to);
        AddText(next[text..]);
        return pieces;

        void AddStretch(int begin, int end)
        {
            if (end > begin)
                pieces.Add(new DeltaPiece(At: begin, Count: end - begin));
        }

        void AddText(ReadOnlySpan<byte> added)
        {
            if (!added.IsEmpty)
                pieces.Add(new DeltaPiece(Encoding.UTF8.GetString(added)));
        }
    }

    /// <summary>Null where a piece is none of what is held, or more comes out than is wanted.</summary>
    public static byte[]? Join(IEnumerable<DeltaPiece> pieces, ReadOnlySpan<byte> held, int longest)
    {
        using var joined = new MemoryStream();
        foreach (var piece in pieces)
        {
            if (piece is null || piece.At < 0 || piece.Count < 0 || piece.At > held.Length - piece.Count)
                return null;
            var bytes = piece.Text is { } text ? Encoding.UTF8.GetBytes(text) : held.Slice(piece.At, piece.Count);
            if (bytes.Length > longest - joined.Length)
                return null;
            joined.Write(bytes);
        }

        return joined.ToArray();
    }

    private static int Cut(ReadOnlySpan<byte> rest) => rest.IndexOf((byte)'}') is >= 0 and var brace ? brace + 1 : rest.Length;

    private static int Hash(ReadOnlySpan<byte> chunk)
    {
        var hash = new HashCode();
        hash.AddBytes(chunk);
        return hash.ToHashCode();
    }
}
