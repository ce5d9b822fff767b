using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Contracts.Policy;

/// <summary>A set of operation indexes as tokens and grants carry it; see <see cref="PolicyGrant.Operations"/>.</summary>
public sealed class OperationBitmap
{
    /// <summary>Indexes go from 0 to 65,535, so a bitmap has at most 8,192 bytes.</summary>
    public const int MaxBytes = 8192;

    private readonly byte[] bits;

    private OperationBitmap(byte[] bits) => this.bits = bits;

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
        if (set.Length > MaxBytes || set is [.., 0] || Base64Url.EncodeToString(set) != text)
            return false;
        bitmap = new OperationBitmap(set);
        return true;
    }

    /// <summary>How many bytes it has; at most <see cref="MaxBytes"/>.</summary>
    public int ByteCount => bits.Length;

    /// <summary>Whether the index is in the set.</summary>
    public bool Contains(int index) =>
        (uint)index >> 3 < (uint)bits.Length && (bits[index >> 3] & Mask(index)) != 0;

    /// <summary>base64url without padding, as in the <c>ops</c> claim.</summary>
    public override string ToString() => Base64Url.EncodeToString(bits);

    private static byte Mask(int index) => (byte)(0x80 >> (index & 7));
}
