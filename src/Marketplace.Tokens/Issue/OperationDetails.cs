using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Tokens.Issue;

/// <summary>
/// "authorization_details" (RFC 9396) of the one type that asks for operations:
/// <c>[{"type":"urn:marketplace:operations","locations":["urn:…"],"actions":["getPayment"]}]</c>.
/// </summary>
/// <param name="Location">The one resource that all of them name, if any does.</param>
/// <param name="Actions">The operation keys of all of them.</param>
internal sealed record OperationDetails(string? Location, IReadOnlySet<string> Actions)
{
    public const string Type = "urn:marketplace:operations";

    private const int MaxLength = 32 * 1024;
    private static readonly string[] Members = ["type", "locations", "actions"];

    /// <summary>§5: an unknown type, an unknown or missing member and a wrong value are all refused.</summary>
    public static (OperationDetails? Details, TokenRefusal? Refusal) Read(string text)
    {
        // The strict reader takes objects; wrapping the array keeps its rules for what is inside.
        if (text.Length > MaxLength || !StrictJson.TryParseObject(Encoding.UTF8.GetBytes($$"""{"all":{{text}}}"""), out var document))
            return Invalid("authorization_details is no JSON array of objects with unique members.");
        using (document)
        {
            var all = document.RootElement.GetProperty("all");
            if (document.RootElement.EnumerateObject().Count() != 1 || all.ValueKind != JsonValueKind.Array || all.GetArrayLength() == 0)
                return Invalid("authorization_details is no JSON array of objects with unique members.");
            string? location = null;
            var actions = new HashSet<string>(StringComparer.Ordinal);
            foreach (var one in all.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object || !StrictJson.TryGetOptionalString(one, "type", out var type) || type != Type)
                    return Invalid($"The one known type is {Type}.");
                if (one.EnumerateObject().Any(member => !Members.Contains(member.Name)))
                    return Invalid("Its members are type, locations and actions.");
                if (Texts(one, "actions") is not { Count: > 0 } keys)
                    return Invalid("actions must be a list of operation keys.");
                if (one.TryGetProperty("locations", out _))
                {
                    if (Texts(one, "locations") is not [var place] || (location is not null && location != place))
                        return Invalid("locations must name one resource, the same everywhere: a token is for one.");
                    location = place;
                }
                actions.UnionWith(keys);
            }
            return (new OperationDetails(location, actions), null);
        }
    }

    /// <summary>As granted (§7).</summary>
    public string ToJson(string audience)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("type"u8, Type);
            json.WriteStartArray("locations"u8);
            json.WriteStringValue(audience);
            json.WriteEndArray();
            json.WriteStartArray("actions"u8);
            foreach (var action in Actions)
                json.WriteStringValue(action);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static List<string>? Texts(JsonElement detail, string name) =>
        detail.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(text => text.GetString()!)]
            : null;

    private static (OperationDetails?, TokenRefusal?) Invalid(string description) =>
        (null, TokenRefusal.InvalidAuthorizationDetails(description));
}
