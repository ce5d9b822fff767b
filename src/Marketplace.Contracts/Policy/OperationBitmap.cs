using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Marketplace.Contracts.Policy;

/// <summary>A set of operation indexes as tokens and grants carry it; see <see cref="PolicyGrant.Operations"/>.</summary>
public sealed class OperationBitmap
{
    /// <summary>Indexes go from 0 to 65,535, so a bitmap has at most 8,192 bytes.</summary>
    public const int MaxBytes = 8192;

    private const int WorthThinning = 64;
    private readonly byte[] bits;
    // In place of the bits, where a few indexes are spread over many: a dozen endpoints of thousands in 24 bytes.
    private readonly ushort[]? few;

    private OperationBitmap(byte[] bits)
    {
        few = bits.Length >= WorthThinning ? IfFew(bits) : null;
        this.bits = few is null ? bits : [];
    }

    /// <summary>The empty set.</summary>
    public static OperationBitmap Empty { get; } = new([]);

    /// <summary>The set of these indexes, in any order; repeated ones count once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not between 0 and 65,535.</exception>
    public static OperationBitmap Of(params ReadOnlySpan<int> indexes)
    {
        var highest = -1;
        foreach (var index in indexes)
        {
            if (index is < 0 or >= MaxBytes * 8)
                throw new ArgumentOutOfRangeException(nameof(indexes), index, "An operation index is 0 to 65,535.");
            highest = Math.Max(highest, index);
        }

        if (highest < 0)
            return Empty;
        var set = new byte[(highest >> 3) + 1];
        foreach (var index in indexes)
            set[index >> 3] |= Mask(index);
        return new OperationBitmap(set);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{int})"/>
    public static OperationBitmap Of(IEnumerable<int> indexes) => Of([.. indexes]);

    /// <summary>Reads base64url without padding; false for anything else, stray bits and trailing zero bytes included.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OperationBitmap? bitmap)
    {
        bitmap = null;
        if (text is null || text.Length > 4 * MaxBytes / 3 + 3 || text.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(text))
            return false;
        var set = Base64Url.DecodeFromChars(text);
        // White space makes a text longer than it must be; stray bits can be in its last characters alone.
        if (set.Length > MaxBytes || set is [.., 0] || text.Length != Base64Url.GetEncodedLength(set.Length)
            || !text.EndsWith(Base64Url.EncodeToString(set.AsSpan(set.Length / 3 * 3)), StringComparison.Ordinal))
            return false;
        bitmap = new OperationBitmap(set);
        return true;
    }

    /// <summary>How many bytes it takes here; at most <see cref="MaxBytes"/>.</summary>
    public int ByteCount => few is null ? bits.Length : few.Length * sizeof(ushort);

    /// <summary>Whether the index is in the set.</summary>
    public bool Contains(int index) => few is null
        ? (uint)index >> 3 < (uint)bits.Length && (bits[index >> 3] & Mask(index)) != 0
        : (uint)index <= ushort.MaxValue && few.AsSpan().Contains((ushort)index);

    /// <summary>base64url without padding, as in the <c>ops</c> claim.</summary>
    public override string ToString() => Base64Url.EncodeToString(few is null ? bits : BitsOf(few));

    private static ushort[]? IfFew(byte[] set)
    {
        var count = 0;
        foreach (var eight in set)
            count += BitOperations.PopCount(eight);
        if (count * sizeof(ushort) > set.Length / 4)
            return null;
        var indexes = new ushort[count];
        for (var (i, next) = (0, 0); next < count; i++)
        {
            if ((set[i >> 3] & Mask(i)) != 0)
                indexes[next++] = (ushort)i;
        }

        return indexes;
    }

    private static byte[] BitsOf(ushort[] indexes)
    {
        var set = new byte[(indexes[^1] >> 3) + 1];
        foreach (var index in indexes)
            set[index >> 3] |= Mask(index);
        return set;
    }

    private static byte Mask(int index) => (byte)(0x80 >> (index & 7));
}
