using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.History;

/// <summary>A change as it is kept and shown: with the first of the operations that it touches.</summary>
/// <param name="Touches">How many operations it touches in all.</param>
public sealed record ToldChange(
    string Kind, Verdict Verdict, string Pointer, bool InEarlier, string Sentence, IReadOnlyList<OperationPlace> Operations, int Touches)
{
    /// <summary>So many of the worst are kept; all are counted.</summary>
    public const int MostKept = 200;

    private const int MostOperations = 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static ToldChange Of(Change change) => new(
        change.Kind, change.Verdict, change.Pointer, change.InEarlier, change.Sentence,
        [.. change.Operations.Take(MostOperations).Select(o => o.Shown)], change.Operations.Count);

    public static string Write(IEnumerable<Change> changes) => JsonSerializer.Serialize(changes.Take(MostKept).Select(Of), Options);

    public static IReadOnlyList<ToldChange> Read(string json) => JsonSerializer.Deserialize<List<ToldChange>>(json, Options) ?? [];
}
