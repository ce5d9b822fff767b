using System.Text;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>How people name a place in a schema: <c>Account.balances[].amount</c>.</summary>
internal static class PointerLabel
{
    public static string Of(string pointer)
    {
        var segments = pointer.Split('/').Skip(1).Select(Unescape).ToArray();
        var label = new StringBuilder();
        var i = Start(segments, label);
        for (; i < segments.Length; i++)
        {
            switch (segments[i])
            {
                case "properties" or "patternProperties" when i + 1 < segments.Length:
                    label.Append('.').Append(segments[++i]);
                    break;
                case "items" or "prefixItems":
                    label.Append("[]");
                    break;
                case "additionalProperties":
                    label.Append(".*");
                    break;
            }
        }
        return label.ToString().TrimStart('.');
    }

    /// <summary>A named schema begins a label; within an operation it begins at the schema.</summary>
    private static int Start(string[] segments, StringBuilder label)
    {
        var named = segments is ["components", _, _, ..] ? 2 : segments is ["definitions" or "parameters" or "responses", _, ..] ? 1 : -1;
        if (named < 0)
        {
            var schema = Array.IndexOf(segments, "schema");
            return schema < 0 ? segments.Length : schema + 1;
        }
        label.Append(segments[named]);
        return named + 1;
    }

    private static string Unescape(string segment) =>
        Uri.UnescapeDataString(segment).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
