using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Reads a schema and merges what its <c>allOf</c> demands beside it.</summary>
internal sealed class SchemaViewReader(ChangeDocument document, Budget budget)
{
    private static readonly Dictionary<string, AssertionFacets> Assertions =
        AssertionFacets.All.ToDictionary(a => a.Keyword, StringComparer.Ordinal);

    private readonly Stack<SchemaRef> _open = new();
    private readonly HashSet<string> _merged = new(StringComparer.Ordinal);
    private SchemaView _view = null!;

    public SchemaView Read(SchemaRef schema)
    {
        _view = new SchemaView(schema.Pointer);
        _open.Push(schema);
        while (_open.TryPop(out var next))
        {
            budget.Spend();
            if (_merged.Add(next.Pointer) && next.Element.ValueKind == JsonValueKind.Object)
                Merge(next);
        }
        _view.Types ??= Inferred();
        return _view;
    }

    private void Merge(SchemaRef schema)
    {
        foreach (var member in schema.Element.EnumerateObject())
            Keyword(schema, member.Name, member.Value);
    }

    private void Keyword(SchemaRef schema, string name, JsonElement value)
    {
        switch (name)
        {
            case "type": Type(value); break;
            case "nullable" or "x-nullable": _view.Nullable |= value.ValueKind == JsonValueKind.True; break;
            case "format": _view.Format ??= Scalar(value); break;
            case "pattern": _view.Pattern = _view.Pattern is null ? Scalar(value) : $"{_view.Pattern} and {Scalar(value)}"; break;
            case "enum" when value.ValueKind == JsonValueKind.Array: Enum(value); break;
            case "const": _view.Const ??= SchemaView.Text(value); break;
            case "default": _view.Default ??= SchemaView.Text(value); break;
            case "multipleOf" when value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var multiple): _view.MultipleOf ??= multiple; break;
            case "uniqueItems": _view.UniqueItems |= value.ValueKind == JsonValueKind.True; break;
            case "readOnly": _view.ReadOnly |= value.ValueKind == JsonValueKind.True; break;
            case "writeOnly": _view.WriteOnly |= value.ValueKind == JsonValueKind.True; break;
            case "deprecated": _view.Deprecated |= value.ValueKind == JsonValueKind.True; break;
            case "required" when value.ValueKind == JsonValueKind.Array: _view.Required.UnionWith(Json.Strings(schema.Element, name)); break;
            case "properties" when value.ValueKind == JsonValueKind.Object: Properties(schema, value); break;
            case "additionalProperties": Additional(schema, value); break;
            case "items" when value.ValueKind == JsonValueKind.Object: _view.Items ??= document.Child(schema, name); break;
            case "not": _view.Not ??= document.Child(schema, name); break;
            case "allOf": Push(schema, value); break;
            case "oneOf" or "anyOf" when value.ValueKind == JsonValueKind.Array: Choice(schema, name, value); break;
            case "discriminator": Discriminator(value); break;
            default: Other(schema.Element, name, value); break;
        }
    }

    private void Type(JsonElement value)
    {
        var types = value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!).ToHashSet(StringComparer.Ordinal)
            : value.ValueKind == JsonValueKind.String ? [value.GetString()!] : null;
        if (types is null)
            return;
        _view.Nullable |= types.Remove("null");
        if (types.Count == 0)
            return;
        if (_view.Types is null)
            _view.Types = types;
        else
            _view.Types.IntersectWith(types);
    }

    private HashSet<string>? Inferred() =>
        _view.Properties.Count > 0 || _view.Additional is not null ? ["object"] : _view.Items is not null ? ["array"] : null;

    private void Enum(JsonElement value)
    {
        budget.Spend(value.GetArrayLength());
        var values = value.EnumerateArray().Where(v => v.ValueKind != JsonValueKind.Null).Select(SchemaView.Text).ToHashSet(StringComparer.Ordinal);
        if (_view.Enum is null)
            _view.Enum = values;
        else
            _view.Enum.IntersectWith(values);
    }

    private void Properties(SchemaRef schema, JsonElement properties)
    {
        var pointer = JsonPointer.Child(schema.Pointer, "properties");
        foreach (var property in properties.EnumerateObject())
        {
            budget.Spend();
            var target = document.Follow(property.Value, JsonPointer.Child(pointer, property.Name));
            if (!_view.Properties.TryGetValue(property.Name, out var there))
                _view.Properties.Add(property.Name, [target]);
            else
                there.Add(target);
        }
    }

    private void Additional(SchemaRef schema, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.False)
            _view.TakesAdditional = false;
        else if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
            _view.Additional ??= document.Child(schema, "additionalProperties");
    }

    private void Push(SchemaRef schema, JsonElement branches)
    {
        if (branches.ValueKind != JsonValueKind.Array)
            return;
        var pointer = JsonPointer.Child(schema.Pointer, "allOf");
        // The last pushed is read first; the first branch's word on a property comes first.
        for (var i = branches.GetArrayLength() - 1; i >= 0; i--)
            _open.Push(document.Follow(branches[i], $"{pointer}/{i}"));
    }

    /// <summary>An alternative that is only null makes the rest nullable, and a single alternative is no choice.</summary>
    private void Choice(SchemaRef schema, string name, JsonElement value)
    {
        budget.Spend(value.GetArrayLength());
        var pointer = JsonPointer.Child(schema.Pointer, name);
        var all = value.EnumerateArray().Select((alternative, i) => document.Follow(alternative, $"{pointer}/{i}")).ToList();
        _view.Nullable |= all.RemoveAll(a => Json.Text(a.Element, "type") == "null") > 0;
        if (all.Count == 1)
            _open.Push(all[0]);
        else if (all.Count > 1)
            _view.Choices.Add(new(name == "oneOf", all));
    }

    private void Discriminator(JsonElement value)
    {
        // OpenAPI 2.0 has the property's name alone.
        _view.DiscriminatorProperty ??= Scalar(value) ?? Json.Text(value, "propertyName");
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("mapping", out var mapping) && mapping.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in mapping.EnumerateObject())
                _view.Mapping.TryAdd(entry.Name, Scalar(entry.Value) ?? "");
        }
    }

    private void Other(JsonElement schema, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
            Bound(schema, name, number);
        if (Assertions.ContainsKey(name))
            _view.Assertions[name] = _view.Assertions.TryGetValue(name, out var there) ? there + SchemaView.Text(value) : SchemaView.Text(value);
    }

    private void Bound(JsonElement schema, string name, decimal number)
    {
        // Up to OpenAPI 3.0 the exclusive keywords are true or false beside the bound.
        var keyword = name switch
        {
            "maximum" when Json.True(schema, "exclusiveMaximum") => "exclusiveMaximum",
            "minimum" when Json.True(schema, "exclusiveMinimum") => "exclusiveMinimum",
            _ => name,
        };
        if (BoundFacets.All.FirstOrDefault(b => b.Keyword == keyword) is not { } bound || (bound.CountsSomething && number <= 0))
            return;
        _view.Bounds[keyword] = !_view.Bounds.TryGetValue(keyword, out var there) ? number
            : bound.IsUpper ? Math.Min(there, number) : Math.Max(there, number);
    }

    private static string? Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
