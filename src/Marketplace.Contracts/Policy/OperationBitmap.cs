using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Marketplace.Contracts.Policy;

/// <summary>A set of operation indexes as tokens and grants carry it; see <see cref="PolicyGrant.Operations"/>.</summary>
public sealed class OperationBitmap
{
    /// <summary>Indexes go from 0 to 65,535, so a bitmap has at most 8,192 bytes.</summary>
    public const int MaxBytes = 8192;

    private const int MaxText = (4 * MaxBytes / 3) + 3;
    private const int StackLimit = 2048;
    private const int WorthThinning = 64;
    private readonly byte[] bits;
    // In place of the bits, where a few indexes are spread over many: a dozen endpoints of thousands in 24 bytes.
    private readonly ushort[]? few;

    private OperationBitmap(ReadOnlySpan<byte> set)
    {
        few = set.Length >= WorthThinning ? IfFew(set) : null;
        bits = few is null ? set.ToArray() : [];
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
        if (text is null || text.Length > MaxText)
            return false;
        Span<byte> ascii = text.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[text.Length];
        return Ascii.FromUtf16(text, ascii, out var length) == OperationStatus.Done && TryParse(ascii[..length], out bitmap);
    }

    /// <inheritdoc cref="TryParse(string?, out OperationBitmap?)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out OperationBitmap? bitmap)
    {
        bitmap = null;
        if (utf8.Length > MaxText)
            return false;
        Span<byte> buffer = utf8.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[MaxBytes];
        if (Base64Url.DecodeFromUtf8(utf8, buffer, out _, out var length) != OperationStatus.Done)
            return false;
        var set = buffer[..length];
        // Padding and white space make a text longer than it must be; stray bits can be in its last characters alone.
        Span<byte> tail = stackalloc byte[4];
        if (set is [.., 0] || utf8.Length != Base64Url.GetEncodedLength(length)
            || !utf8.EndsWith(tail[..Base64Url.EncodeToUtf8(set[(length / 3 * 3)..], tail)]))
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

    private static ushort[]? IfFew(ReadOnlySpan<byte> set)
    {
        var count = 0;
        var eights = MemoryMarshal.Cast<byte, ulong>(set);
        foreach (var eight in eights)
            count += BitOperations.PopCount(eight);
        foreach (var one in set[(eights.Length * sizeof(ulong))..])
            count += BitOperations.PopCount(one);
        if (count * sizeof(ushort) > set.Length / 4)
            return null;
        var indexes = new ushort[count];
        for (var (at, next) = (0, 0); next < count; at++)
        {
            at += set[at..].IndexOfAnyExcept((byte)0);
            for (var bit = 0; bit < 8; bit++)
            {
                if ((set[at] & Mask(bit)) != 0)
                    indexes[next++] = (ushort)((at << 3) + bit);
            }
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
