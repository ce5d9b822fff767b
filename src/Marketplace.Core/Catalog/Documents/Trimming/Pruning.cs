using System.Text.Json.Nodes;

namespace Marketplace.Core.Catalog.Documents.Trimming;

/// <summary>
/// Follows every reference from what stays, keeps the components that are reached, and drops the others. What is
/// reached within an operation that was cut is taken along under an extension of its own.
/// </summary>
internal sealed class Pruning(JsonObject trimmed, JsonObject original)
{
    private const string Shared = "x-shared";
    private static readonly string[] Old = ["definitions", "parameters", "responses", "securityDefinitions"];

    private readonly Dictionary<(string Kind, string Name), JsonNode> _components = [];
    private readonly HashSet<(string Kind, string Name)> _kept = [];
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);
    private readonly JsonObject _shared = [];
    private ILookup<string, string> _children = null!;
    private bool _hasAnchors;

    private bool IsOld => trimmed.ContainsKey("swagger");

    private string Schemas => IsOld ? "definitions" : "schemas";

    public void Run()
    {
        foreach (var (kind, group) in Groups())
            foreach (var (name, component) in group)
                if (component is not null)
                    _components[(kind, name)] = component;
        _children = ChildrenByParent();
        foreach (var (name, member) in trimmed.ToList())
            if (member is not null && name != "components" && !(IsOld && Old.Contains(name)))
                Walk(member);
        KeepSecurity();
        if (!_hasAnchors)
            Drop();
        if (_shared.Count > 0)
            trimmed[Shared] = _shared;
    }

    private IEnumerable<(string Kind, JsonObject Group)> Groups() => IsOld
        ? Old.Where(k => trimmed[k] is JsonObject).Select(k => (k, trimmed[k]!.AsObject()))
        : (trimmed["components"] as JsonObject)?.Where(k => k.Value is JsonObject && !k.Key.StartsWith("x-", StringComparison.Ordinal)).Select(k => (k.Key, k.Value!.AsObject())).ToList() ?? [];

    private void Walk(JsonNode node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
                Walk(item);
            return;
        }

        if (node is not JsonObject members)
            return;
        if (members["discriminator"] is { } discriminator)
            Discriminate(members, discriminator);
        foreach (var (name, member) in members.ToList())
        {
            if (name is "$ref" or "$dynamicRef" && member is JsonValue value && value.TryGetValue<string>(out var reference))
                members[name] = Follow(reference);
            else if (member is not null)
                Walk(member);
        }
    }

    private string Follow(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            _hasAnchors = true;
            return reference;
        }

        var parts = Pointer.Parts(reference);
        var (kind, name) = IsOld ? (parts[0], parts.ElementAtOrDefault(1)) : (parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2));
        if ((IsOld || parts[0] == "components") && name is not null && _components.ContainsKey((kind, name)))
            Keep(kind, name);
        else if (_taken.TryGetValue(reference, out var taken))
            return taken;
        else if (Pointer.Find(trimmed, reference) is null && Pointer.Find(original, reference)?.DeepClone() is { } cut)
        {
            var place = $"r{_shared.Count + 1}";
            _taken[reference] = $"#/{Shared}/{place}";
            _shared[place] = cut;
            Walk(cut);
            return _taken[reference];
        }

        return reference;
    }

    private void Keep(string kind, string name)
    {
        if (_components.TryGetValue((kind, name), out var component) && _kept.Add((kind, name)))
            Walk(component);
    }

    /// <summary>The mapping names schemas; without one of its own, a schema stands for those that build on it.</summary>
    private void Discriminate(JsonObject schema, JsonNode discriminator)
    {
        if ((discriminator as JsonObject)?["mapping"] is JsonObject mapping)
        {
            foreach (var (key, value) in mapping.ToList())
            {
                if (value is not JsonValue text || !text.TryGetValue<string>(out var target))
                    continue;
                if (target.StartsWith("#/", StringComparison.Ordinal))
                    mapping[key] = Follow(target);
                else
                    Keep(Schemas, target);
            }
        }

        if (_components.FirstOrDefault(c => c.Key.Kind == Schemas && ReferenceEquals(c.Value, schema)).Key.Name is { } name)
            foreach (var child in _children[name])
                Keep(Schemas, child);
    }

    private ILookup<string, string> ChildrenByParent() => _components.Where(c => c.Key.Kind == Schemas)
        .SelectMany(c => ((c.Value as JsonObject)?["allOf"] as JsonArray)?.Select(p => (Parent: (p as JsonObject)?["$ref"]?.ToString(), Child: c.Key.Name)) ?? [])
        .Where(p => p.Parent?.StartsWith("#/", StringComparison.Ordinal) is true)
        .ToLookup(p => Pointer.Parts(p.Parent!)[^1], p => p.Child, StringComparer.Ordinal);

    private void KeepSecurity()
    {
        var kind = IsOld ? "securityDefinitions" : "securitySchemes";
        foreach (var requirement in Requirements(trimmed))
            foreach (var (name, _) in requirement)
                Keep(kind, name);
    }

    private static IEnumerable<JsonObject> Requirements(JsonNode node) => node switch
    {
        JsonObject members => members.Where(m => m.Value is not null).SelectMany(m =>
            m.Key == "security" && m.Value is JsonArray list ? list.OfType<JsonObject>() : m.Key is "components" or "definitions" ? [] : Requirements(m.Value!)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Requirements),
        _ => [],
    };

    private void Drop()
    {
        foreach (var (kind, group) in Groups().ToList())
        {
            foreach (var name in group.Select(c => c.Key).ToList())
                if (!_kept.Contains((kind, name)))
                    group.Remove(name);
            if (group.Count == 0)
                (group.Parent as JsonObject)!.Remove(kind);
        }

        if (trimmed["components"] is JsonObject { Count: 0 })
            trimmed.Remove("components");
    }
}
