using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// A second opinion: what the common reader library cannot read, consumers' tools cannot read either. The catalog takes
/// nothing from its model, so its defects cannot change what is granted; what it only complains about (a member that
/// the standard does not know) is a warning. External references are not loaded.
/// </summary>
internal static class LibraryCheck
{
    private const string CannotRead = "The OpenAPI reader (Microsoft.OpenApi), on which many consumers' tools are built, cannot read this document";

    public static void Run(JsonElement root, DocumentProblems problems, DocumentProblems warnings)
    {
        try
        {
            var settings = new OpenApiReaderSettings { LoadExternalRefs = false, RuleSet = ValidationRuleSet.GetEmptyRuleSet() };
            var result = new OpenApiJsonReader().Read(JsonObject.Create(root)!, new Uri("urn:marketplace:document"), settings);
            foreach (var error in result.Diagnostic?.Errors ?? [])
                warnings.Add(DocumentProblemCode.ReaderComplaint, "Other tools may skip this part: " + JsonGuard.Shorten(error.Message), JsonGuard.Shorten(error.Pointer ?? "#"));
        }
#pragma warning disable CA1031 // Whatever the library throws on a document is a fault of the document or of the library, never of ours.
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            Explain(root, e, problems);
        }
    }

    /// <summary>The library does not say where it stopped; its known weakness is looked for.</summary>
    private static void Explain(JsonElement root, Exception e, DocumentProblems problems)
    {
        foreach (var pointer in NonObjectSchemas(root, "#"))
            problems.Add(
                DocumentProblemCode.Unreadable,
                CannotRead + ": this property's schema is not an object. Write {} for `true` and {\"not\":{}} for `false`.",
                pointer);
        if (!problems.Any)
            problems.Add(
                DocumentProblemCode.Unreadable,
                CannotRead + (e is FormatException ? ": " + JsonGuard.Shorten(e.Message) : " and does not say where.")
                + " Check it with a linter such as Spectral, correct what it reports and publish again.");
    }

    private static IEnumerable<string> NonObjectSchemas(JsonElement element, string pointer)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().SelectMany((item, i) => NonObjectSchemas(item, $"{pointer}/{i}"));
        if (element.ValueKind != JsonValueKind.Object)
            return [];
        return element.EnumerateObject().SelectMany(member =>
        {
            var child = JsonPointer.Child(pointer, member.Name);
            var faults = member.Value.ValueKind == JsonValueKind.Object && member.Name is "properties" or "patternProperties"
                ? member.Value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Object).Select(p => JsonPointer.Child(child, p.Name))
                : [];
            return faults.Concat(NonObjectSchemas(member.Value, child));
        });
    }
}
