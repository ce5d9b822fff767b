using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Jose;

/// <summary>
/// The operations that a token grants, one bit per operation index: bit i is in byte i / 8 under the mask
/// 0x80 >> (i % 8), most significant bit first. Trailing zero bytes are left out, so that each set of indexes has
/// exactly one encoding; the empty set is the empty text. Immutable.
/// </summary>
public sealed class TokenBitmap
{
    /// <summary>The highest operation index that can be carried.</summary>
    public const int MaxIndex = 65535;

    /// <summary>Grants nothing.</summary>
    public static readonly TokenBitmap Empty = new([]);

    private readonly byte[] _bits;

    private TokenBitmap(byte[] bits) => _bits = bits;

    /// <summary>Whether no operation is granted.</summary>
    public bool IsEmpty => _bits.Length == 0;

    /// <summary>Makes a bitmap of indexes in any order; repeated ones count once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or above <see cref="MaxIndex"/>.</exception>
    public static TokenBitmap Of(params ReadOnlySpan<int> indexes)
    {
        var highest = -1;
        foreach (var index in indexes)
        {
            if ((uint)index > MaxIndex)
                throw new ArgumentOutOfRangeException(nameof(indexes), index, "Not an operation index.");
            highest = Math.Max(highest, index);
        }
        if (highest < 0)
            return Empty;
        var bits = new byte[highest / 8 + 1];
        foreach (var index in indexes)
            bits[index / 8] |= Mask(index);
        return new TokenBitmap(bits);
    }

    /// <summary>Reads the base64url form. False if it is not strict, ends with a zero byte, or exceeds <see cref="MaxIndex"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out TokenBitmap? bitmap)
    {
        bitmap = null;
        if (text.Length > Base64Url.EncodedLength(MaxIndex / 8 + 1)
            || !Base64Url.TryDecode(text, out var bits)
            || bits is [.., 0])
            return false;
        bitmap = new TokenBitmap(bits);
        return true;
    }

    /// <summary>Whether the operation is granted; any index outside is not. Allocates nothing.</summary>
    public bool Contains(int index) =>
        (uint)index / 8 < (uint)_bits.Length && (_bits[index / 8] & Mask(index)) != 0;

    /// <summary>The indexes in rising order.</summary>
    public IEnumerable<int> Indexes()
    {
        for (var index = 0; index < _bits.Length * 8; index++)
        {
            if (Contains(index))
                yield return index;
        }
    }

    /// <summary>The base64url form, as in the "ops" claim.</summary>
    public override string ToString() => Base64Url.Encode(_bits);

    private static byte Mask(int index) => (byte)(0x80 >> (index % 8));
}
