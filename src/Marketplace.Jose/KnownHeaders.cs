namespace Marketplace.Jose;

/// <summary>
/// The headers under which good signatures came: one key signs every token under the same one, so that it is decoded
/// and read once. Strangers cannot fill it, and it holds few.
/// </summary>
internal sealed class KnownHeaders
{
    private const int Most = 8;
    private Known[] _known = [];

    public bool TryFind(ReadOnlySpan<char> text, out JwsHeader header, out byte[] json)
    {
        foreach (var known in Volatile.Read(ref _known))
        {
            if (text.SequenceEqual(known.Text))
            {
                (header, json) = (known.Header, known.Json);
                return true;
            }
        }

        (header, json) = (null!, null!);
        return false;
    }

    /// <summary>Once its signature holds.</summary>
    public void Add(ReadOnlySpan<char> text, CompactJws jws)
    {
        var before = Volatile.Read(ref _known);
        // Two threads at once may lose one of two headers: it comes again.
        if (before.Length < Most && !TryFind(text, out _, out _))
            Volatile.Write(ref _known, [.. before, new Known(text.ToString(), jws.Header, jws.HeaderJson)]);
    }

    private sealed record Known(string Text, JwsHeader Header, byte[] Json);
}
