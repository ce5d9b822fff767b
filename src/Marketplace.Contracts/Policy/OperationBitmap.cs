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

    /// <summary>The set of these indexes.</summary>
    public static OperationBitmap Of(IEnumerable<int> indexes)
    {
        var set = new byte[MaxBytes];
        var length = 0;
        foreach (var index in indexes)
        {
            if (index is < 0 or >= MaxBytes * 8)
                throw new ArgumentOutOfRangeException(nameof(indexes), index, "An operation index is 0 to 65,535.");
            set[index >> 3] |= (byte)(0x80 >> (index & 7));
            length = Math.Max(length, (index >> 3) + 1);
        }

        return new OperationBitmap(set[..length]);
    }

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

    /// <summary>Whether the index is in the set.</summary>
    public bool Contains(int index) =>
        (uint)index >> 3 < (uint)bits.Length && (bits[index >> 3] & (0x80 >> (index & 7))) != 0;

    /// <summary>base64url without padding.</summary>
    public override string ToString() => Base64Url.EncodeToString(bits);
}
