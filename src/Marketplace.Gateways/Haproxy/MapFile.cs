using System.Text;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// A haproxy map: one key and value per line (configuration manual §7.3.1, <c>map</c>). A key ends at the first blank,
/// a line that starts with # is a comment, and a line longer than haproxy's buffer would be read as two.
/// </summary>
internal sealed class MapFile
{
    /// <summary>Below haproxy's default <c>tune.bufsize</c> of 16,384.</summary>
    private const int MaxLine = 16_000;

    private readonly StringBuilder text = new();

    /// <summary>False, and nothing is written, where the line would not be read back as this key and this value.</summary>
    public bool TryAdd(string key, string value)
    {
        if (key.Length == 0 || key[0] == '#' || !key.All(IsWritable) || !value.All(IsWritable)
            || Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) > MaxLine)
            return false;
        text.Append(key).Append(' ').Append(value).Append('\n');
        return true;
    }

    public override string ToString() => text.ToString();

    private static bool IsWritable(char c) => c is > ' ' and not '\x7f';
}
