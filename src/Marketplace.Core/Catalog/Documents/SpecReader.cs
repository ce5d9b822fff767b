using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>From bytes to an accepted document, or to all that is wrong with it. No I/O, nothing fetched, cost bounded by the limits.</summary>
public static class SpecReader
{
    /// <summary>Problems name <paramref name="field"/> as the input that they are about.</summary>
    public static Outcome<SpecDocument> Read(ReadOnlyMemory<byte> bytes, DocumentLimits? limits = null, string field = "document")
    {
        limits ??= DocumentLimits.Default;
        var problems = new DocumentProblems(limits.MaxProblems);
        var document = TryReadJson(bytes, limits, problems, out var format, out var json) ? Read(bytes, json, format, limits, problems) : null;
        return document is not null ? document : problems.ToList().ConvertAll(p => p.ToProblem(field));
    }

    private static bool TryReadJson(ReadOnlyMemory<byte> bytes, DocumentLimits limits, DocumentProblems problems, out DocumentFormat format, out ReadOnlyMemory<byte> json)
    {
        format = DocumentFormat.Json;
        json = default;
        if (bytes.Length > limits.MaxBytes)
        {
            problems.Add(DocumentProblemCode.TooLarge, $"The document is larger than {limits.MaxBytes / 1024 / 1024} MB. Remove examples, or split it into several APIs.");
            return false;
        }
        if (!IsUtf8(bytes.Span, problems))
            return false;
        if (bytes.Span.Contains((byte)0))
        {
            // A YAML parser may take NUL for the end, and so read another document than the one that is stored.
            problems.Add(DocumentProblemCode.BadText, "The document holds a NUL byte. Is it a text file?");
            return false;
        }
        json = WithoutBom(bytes);
        var start = json.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            problems.Add(DocumentProblemCode.Empty, "The document is empty. Give an OpenAPI document in JSON or YAML.");
            return false;
        }
        if (json.Span[start] is (byte)'{' or (byte)'[')
            return JsonGuard.Check(json.Span, limits, problems, positions: true);
        format = DocumentFormat.Yaml;
        return YamlToJson.TryConvert(json, limits, problems, out json) && JsonGuard.Check(json.Span, limits, problems, positions: false);
    }

    private static ReadOnlyMemory<byte> WithoutBom(ReadOnlyMemory<byte> bytes) =>
        bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;

    private static bool IsUtf8(ReadOnlySpan<byte> bytes, DocumentProblems problems)
    {
        if (Utf8.IsValid(bytes))
            return true;
        var utf16 = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        problems.Add(
            DocumentProblemCode.NotUtf8,
            utf16 ? "The document is UTF-16. Save it as UTF-8." : "The document is not valid UTF-8 here. Save it as UTF-8.",
            utf16 ? DocumentLocation.None : FirstBadByte(bytes));
        return false;
    }

    private static DocumentLocation FirstBadByte(ReadOnlySpan<byte> bytes)
    {
        var line = 1;
        while (true)
        {
            var end = bytes.IndexOf((byte)'\n');
            var text = end < 0 ? bytes : bytes[..end];
            if (!Utf8.IsValid(text))
            {
                var column = 1;
                while (Rune.DecodeFromUtf8(text, out _, out var used) == OperationStatus.Done)
                {
                    text = text[used..];
                    column++;
                }
                return new(null, line, column);
            }
            bytes = bytes[(end + 1)..];
            line++;
        }
    }

    private static SpecDocument? Read(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> json, DocumentFormat format, DocumentLimits limits, DocumentProblems problems)
    {
        using var parsed = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = limits.MaxDepth + 1 });
        var root = parsed.RootElement;
        if (DocumentHead.Version(root, problems) is not { } version)
            return null;
        var warnings = new DocumentProblems(limits.MaxProblems);
        var references = new References(root, problems);
        references.Check();
        DocumentHead.CheckInfo(root, problems);
        var operations = new OperationReader(root, references, limits, problems, warnings).Read();
        // The library is given nothing that may send it in circles or out of the document.
        if (!problems.Any)
            LibraryCheck.Run(root, problems, warnings);
        if (problems.Any)
            return null;
        var info = root.GetProperty("info");
        var contact = info.TryGetProperty("contact", out var given) ? given : default;
        var (servers, basePath) = BasePath.Read(root, warnings);
        return new SpecDocument
        {
            OpenApiVersion = version,
            Title = Json.Text(info, "title", 200),
            Version = Json.Text(info, "version", 100),
            Description = Json.Text(info, "description", 50_000),
            ContactName = Json.Text(contact, "name"),
            ContactEmail = Json.Text(contact, "email"),
            ContactUrl = Json.Text(contact, "url"),
            Servers = servers,
            BasePath = basePath,
            Operations = operations,
            Format = format,
            Original = Encoding.UTF8.GetString(WithoutBom(bytes).Span),
            Json = Encoding.UTF8.GetString(format == DocumentFormat.Yaml ? json.Span : Compact(root)),
            Sha256 = SHA256.HashData(bytes.Span),
            Warnings = warnings.ToList(),
        };
    }

    private static byte[] Compact(JsonElement root)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 }))
            root.WriteTo(writer);
        return output.ToArray();
    }
}
