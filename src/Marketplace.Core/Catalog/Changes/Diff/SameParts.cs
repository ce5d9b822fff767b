using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>
/// Knows which parts of two documents are the same down to all that they refer to. Most revisions change little: what is
/// the same needs no look inside.
/// </summary>
internal sealed class SameParts
{
    private readonly HashSet<string> _same = new(StringComparer.Ordinal);

    public SameParts(JsonElement before, JsonElement after)
    {
        var references = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (section, pointer) in Sections(before))
            Collect(section, pointer, after, references);
        KeepClosed(references);
    }

    public bool Are(SchemaRef before, SchemaRef after) =>
        (before.Pointer == after.Pointer && _same.Contains(before.Pointer)) || Are(before.Element, after.Element);

    public bool Are(JsonElement before, JsonElement after) =>
        before.ValueKind == after.ValueKind && Bytes(before).SequenceEqual(Bytes(after)) && References(Bytes(before)).TrueForAll(_same.Contains);

    private static IEnumerable<(JsonElement Section, string Pointer)> Sections(JsonElement root)
    {
        foreach (var name in new[] { "definitions", "parameters", "responses" })
        {
            if (root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object)
                yield return (section, "#/" + name);
        }
        if (!root.TryGetProperty("components", out var components) || components.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var section in components.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Object))
            yield return (section.Value, JsonPointer.Child("#/components", section.Name));
    }

    private static void Collect(JsonElement section, string pointer, JsonElement afterRoot, Dictionary<string, List<string>> references)
    {
        if (!new JsonPointer(afterRoot).TryResolve(pointer, out var other) || other.ValueKind != JsonValueKind.Object)
            return;
        var there = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in other.EnumerateObject())
            there[member.Name] = member.Value;
        foreach (var member in section.EnumerateObject())
        {
            if (there.TryGetValue(member.Name, out var match) && Bytes(member.Value).SequenceEqual(Bytes(match)))
                references[JsonPointer.Child(pointer, member.Name)] = References(Bytes(member.Value));
        }
    }

    /// <summary>What refers to something that is not the same is not the same either.</summary>
    private void KeepClosed(Dictionary<string, List<string>> references)
    {
        var referrers = references.SelectMany(r => r.Value.Select(to => (To: to, From: r.Key))).ToLookup(r => r.To, r => r.From, StringComparer.Ordinal);
        var changed = new Stack<string>(referrers.Select(g => g.Key).Where(to => !references.ContainsKey(to)));
        _same.UnionWith(references.Keys);
        while (changed.TryPop(out var target))
        {
            foreach (var from in referrers[target].Where(_same.Remove))
                changed.Push(from);
        }
    }

    public static IReadOnlyList<string> References(JsonElement element) => References(Bytes(element));

    private static ReadOnlySpan<byte> Bytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element);

    /// <summary>A stored document is compact, so that a reference has one spelling; one into the middle of a part counts as changed.</summary>
    private static List<string> References(ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        for (int at; (at = bytes.IndexOf("\"$ref\":\""u8)) >= 0;)
        {
            bytes = bytes[(at + 8)..];
            var end = bytes.IndexOf((byte)'"');
            if (end < 0)
                break;
            found.Add(Encoding.UTF8.GetString(bytes[..end]));
        }
        return found;
    }
}
