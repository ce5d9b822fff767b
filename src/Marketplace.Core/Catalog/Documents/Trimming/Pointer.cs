using System.Text.Json.Nodes;

namespace Marketplace.Core.Catalog.Documents.Trimming;

/// <summary>RFC 6901 as a URI fragment, over nodes that can be changed.</summary>
internal static class Pointer
{
    public static string[] Parts(string reference) =>
        [.. reference[2..].Split('/').Select(part => Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    public static JsonNode? Find(JsonNode root, string reference)
    {
        var node = root;
        foreach (var part in Parts(reference))
        {
            node = node switch
            {
                JsonObject members => members[part],
                JsonArray items when int.TryParse(part, out var index) && index >= 0 && index < items.Count => items[index],
                _ => null,
            };
            if (node is null)
                return null;
        }

        return node;
    }
}
