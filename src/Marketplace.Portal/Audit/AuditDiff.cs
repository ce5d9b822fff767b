using System.Text.Json;

namespace Marketplace.Portal.Audit;

/// <param name="Name">What it is called in the event, nested names joined by dots.</param>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it is not there any more.</param>
public sealed record DiffRow(string Name, string? Before, string? After);

/// <summary>An event's details as people read them: what changed, from what to what, and what else was noted.</summary>
public sealed record AuditDiff(IReadOnlyList<DiffRow> Changed, IReadOnlyList<string> Unchanged, IReadOnlyList<(string Name, string Value)> Facts)
{
    private static readonly AuditDiff None = new([], [], []);

    public static AuditDiff Of(string content)
    {
        if (content.Length == 0)
            return None;
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.TryGetProperty("details", out var details) ? Of(details) : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static AuditDiff Of(JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Object)
            return details.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? None : new([], [], [("details", details.ToString())]);
        var (earlier, later) = (Either(details, "before", "from"), Either(details, "after", "to"));
        var isChange = earlier is not null || later is not null;
        var (before, after) = (Flat(earlier), Flat(later));
        var rows = before.Keys.Union(after.Keys, StringComparer.Ordinal).Select(name => new DiffRow(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))).ToList();
        var facts = details.EnumerateObject().Where(p => !isChange || p.Name is not ("before" or "after" or "from" or "to"))
            .SelectMany(p => Flat(p.Value, p.Name)).Select(pair => (pair.Key, pair.Value)).ToList();
        return new([.. rows.Where(row => row.Before != row.After)], [.. rows.Where(row => row.Before == row.After).Select(row => row.Name)], facts);
    }

    private static JsonElement? Either(JsonElement details, string name, string otherwise) =>
        details.TryGetProperty(name, out var value) || details.TryGetProperty(otherwise, out value) ? value : null;

    private static Dictionary<string, string> Flat(JsonElement? value, string name = "")
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        if (value is { } given)
            Collect(given, name, found);
        return found;
    }

    private static void Collect(JsonElement value, string name, Dictionary<string, string> found)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Collect(property.Value, name.Length == 0 ? property.Name : $"{name}.{property.Name}", found);
                break;
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                found[name] = string.Join(", ", value.EnumerateArray());
                break;
            case JsonValueKind.Array:
                var number = 0;
                foreach (var item in value.EnumerateArray())
                    Collect(item, $"{name}.{++number}".TrimStart('.'), found);
                break;
            case JsonValueKind.Null:
                break;
            default:
                found[name] = value.ToString();
                break;
        }
    }
}
