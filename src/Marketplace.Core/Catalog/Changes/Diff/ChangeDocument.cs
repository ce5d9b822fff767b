using System.Text.Json;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>An accepted document, read for comparing: references are followed and every schema is viewed once.</summary>
internal sealed class ChangeDocument : IDisposable
{
    private const int MaxHops = 25;

    private readonly JsonDocument _parsed;
    private readonly JsonPointer _pointer;
    private readonly Dictionary<string, SchemaView> _views = new(StringComparer.Ordinal);
    private readonly Budget _budget;

    public ChangeDocument(string json, Budget budget)
    {
        _parsed = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DocumentLimits.Default.MaxDepth + 1 });
        _pointer = new JsonPointer(Root);
        _budget = budget;
        IsSwagger = Root.TryGetProperty("swagger", out _);
    }

    public JsonElement Root => _parsed.RootElement;

    /// <summary>OpenAPI 2.0.</summary>
    public bool IsSwagger { get; }

    public void Dispose() => _parsed.Dispose();

    /// <summary>What stands there, or where its reference leads; the last element that can be reached if it leads nowhere.</summary>
    public SchemaRef Follow(JsonElement element, string pointer)
    {
        for (var hops = 0; hops < MaxHops; hops++)
        {
            if (Json.Text(element, "$ref") is not { } reference || !_pointer.TryResolve(reference, out var target))
                break;
            (element, pointer) = (target, reference);
        }
        return new(element, pointer);
    }

    public SchemaRef? Child(SchemaRef parent, string name) =>
        parent.Element.ValueKind == JsonValueKind.Object && parent.Element.TryGetProperty(name, out var child)
            ? Follow(child, JsonPointer.Child(parent.Pointer, name))
            : null;

    public SchemaRef? At(string pointer) => _pointer.TryResolve(pointer, out var found) ? Follow(found, pointer) : null;

    public SchemaView View(SchemaRef schema)
    {
        if (!_views.TryGetValue(schema.Pointer, out var view))
            _views.Add(schema.Pointer, view = new SchemaViewReader(this, _budget).Read(schema));
        return view;
    }

    public IEnumerable<(string Name, SchemaRef Value)> Members(SchemaRef parent)
    {
        if (parent.Element.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var member in parent.Element.EnumerateObject())
            yield return (member.Name, Follow(member.Value, JsonPointer.Child(parent.Pointer, member.Name)));
    }
}
