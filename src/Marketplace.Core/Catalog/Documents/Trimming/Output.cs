using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents.Trimming;

internal static class Output
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DocumentLimits.Default.MaxDepth + 8 };
}
