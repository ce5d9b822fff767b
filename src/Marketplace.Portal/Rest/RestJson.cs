using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Portal.Rest;

internal static class RestJson
{
    /// <summary>Strict: a member that we do not know, or know by another case, is a mistake of the sender, and said so.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 16,
    };
}
