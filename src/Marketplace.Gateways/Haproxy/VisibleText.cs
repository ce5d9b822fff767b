using System.Text;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Any text as visible ASCII that can stand in a map's value and in a header; what cannot is percent-encoded.</summary>
internal static class VisibleText
{
    public static string Of(string text)
    {
        var visible = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is > 0x20 and < 0x7f and not ((byte)'%' or (byte)'|'))
                visible.Append((char)b);
            else
                visible.Append($"%{b:X2}");
        }

        return visible.ToString();
    }
}
