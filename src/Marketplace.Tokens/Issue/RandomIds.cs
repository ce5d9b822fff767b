using System.Security.Cryptography;

namespace Marketplace.Tokens.Issue;

/// <summary>Random bytes for ids, drawn from the system's generator many at a time: a call into it costs more than what it fills.</summary>
internal static class RandomIds
{
    [ThreadStatic] private static byte[]? _drawn;
    [ThreadStatic] private static int _left;

    /// <summary>Fills <paramref name="id"/> with bytes that nobody else was given.</summary>
    public static void Fill(Span<byte> id)
    {
        var drawn = _drawn ??= new byte[64 * TokenId.Length];
        if (_left < id.Length)
        {
            RandomNumberGenerator.Fill(drawn);
            _left = drawn.Length;
        }
        var given = drawn.AsSpan(_left - id.Length, id.Length);
        given.CopyTo(id);
        // What was given away must not be found in memory a second time.
        given.Clear();
        _left -= id.Length;
    }
}
