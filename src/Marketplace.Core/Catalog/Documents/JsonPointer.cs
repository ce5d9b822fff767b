using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>RFC 6901 pointers in their URI fragment form, as <c>$ref</c> writes them.</summary>
internal sealed class JsonPointer(JsonElement root)
{
    // JsonElement finds a member by walking all of them; a document may hold 100,000 references into one object.
    private readonly Dictionary<string, Dictionary<string, JsonElement>> _members = new(StringComparer.Ordinal);

    public static string Child(string parent, string name) =>
        parent + "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Finds what <c>#/a/b</c> points at.</summary>
    public bool TryResolve(string fragment, out JsonElement found)
    {
        found = root;
        if (fragment == "#")
            return true;
        if (!fragment.StartsWith("#/", StringComparison.Ordinal))
            return false;
        for (var start = 2; start <= fragment.Length;)
        {
            var end = fragment.IndexOf('/', start);
            if (end < 0)
                end = fragment.Length;
            var name = Uri.UnescapeDataString(fragment[start..end])
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            switch (found.ValueKind)
            {
                case JsonValueKind.Object when Members(fragment[..(start - 1)], found).TryGetValue(name, out var member):
                    found = member;
                    break;
                case JsonValueKind.Array when int.TryParse(name, out var i) && i >= 0 && i < found.GetArrayLength():
                    found = found[i];
                    break;
                default:
                    return false;
            }
            start = end + 1;
        }
        return true;
    }

    private Dictionary<string, JsonElement> Members(string pointer, JsonElement parent)
    {
        if (!_members.TryGetValue(pointer, out var members))
        {
            members = new(StringComparer.Ordinal);
            foreach (var member in parent.EnumerateObject())
                members[member.Name] = member.Value;
            _members.Add(pointer, members);
        }
        return members;
    }
}
