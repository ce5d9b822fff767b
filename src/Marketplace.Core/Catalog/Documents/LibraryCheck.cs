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
            problems.Add(
                DocumentProblemCode.Unreadable,
                "The OpenAPI reader (Microsoft.OpenApi) cannot read this document and does not say where. Check it with a linter such as Spectral, correct what it reports and publish again.");
        }
    }
}
