using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>Takes the operations out of a document's paths.</summary>
internal sealed class OperationReader(JsonElement root, References references, DocumentLimits limits, DocumentProblems problems, DocumentProblems warnings)
{
    private static readonly HashSet<string> FixedMethods = new(StringComparer.Ordinal)
    {
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    };

    private readonly List<SpecOperation> _operations = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly bool _knowsQuery = Json.Text(root, "openapi")?.StartsWith("3.2", StringComparison.Ordinal) == true;
    private readonly string[] _security = SecurityOf(root) ?? [];
    private bool _tooMany;

    /// <summary>The operations of a document that was accepted before.</summary>
    public static IReadOnlyList<SpecOperation> In(JsonElement root)
    {
        var ignored = new DocumentProblems(1);
        return new OperationReader(root, new References(root, ignored), DocumentLimits.Default, ignored, ignored).Read();
    }

    public IReadOnlyList<SpecOperation> Read()
    {
        if (!root.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object || !HasPath(paths))
        {
            problems.Add(
                DocumentProblemCode.NoPaths,
                root.TryGetProperty("webhooks", out _)
                    ? "The document has only webhooks, which are calls that this API makes. Publish the document of the side that is called; it needs `paths`."
                    : "The document has no paths, so there is nothing to ask access to. Add `paths` with at least one operation.",
                "#/paths");
            return [];
        }
        foreach (var path in paths.EnumerateObject())
        {
            if (!path.Name.StartsWith("x-", StringComparison.Ordinal))
                ReadPath(path.Name, path.Value, JsonPointer.Child("#/paths", path.Name));
        }
        if (_operations.Count == 0 && !problems.Any)
            problems.Add(DocumentProblemCode.NoPaths, "None of the paths has an operation. Add at least one, such as `get`.", "#/paths");
        return IdenticalPaths.Close([.. _operations.Select(WithOwnKey)], warnings);
    }

    private static bool HasPath(JsonElement paths) =>
        paths.EnumerateObject().Any(p => !p.Name.StartsWith("x-", StringComparison.Ordinal));

    private void ReadPath(string path, JsonElement item, string pointer)
    {
        if (PathRules.Fault(path, limits.MaxPathLength) is { } fault)
        {
            problems.Add(DocumentProblemCode.PathInvalid, fault, pointer);
            return;
        }
        if (references.Follow(item) is not { ValueKind: JsonValueKind.Object } followed)
        {
            // A broken reference is already reported with its place.
            if (item.ValueKind != JsonValueKind.Object)
                problems.Add(DocumentProblemCode.Malformed, "A path must hold an object with its operations, such as `get`.", pointer);
            return;
        }
        foreach (var member in followed.EnumerateObject())
        {
            if (FixedMethods.Contains(member.Name) || (_knowsQuery && member.Name == "query"))
                ReadOperation(member.Name.ToUpperInvariant(), path, followed, member.Value, JsonPointer.Child(pointer, member.Name));
            else if (_knowsQuery && member.Name == "additionalOperations" && member.Value.ValueKind == JsonValueKind.Object)
                ReadAdditional(path, followed, member.Value, JsonPointer.Child(pointer, member.Name));
            else if (FixedMethods.Contains(member.Name.ToLowerInvariant()))
                problems.Add(
                    DocumentProblemCode.MethodInvalid,
                    $"\"{member.Name}\" must be written in lower case, or readers skip this operation.",
                    JsonPointer.Child(pointer, member.Name));
        }
    }

    private void ReadAdditional(string path, JsonElement item, JsonElement methods, string pointer)
    {
        foreach (var method in methods.EnumerateObject())
        {
            // RFC 9110 §9.1: a method is a token and case-sensitive.
            if (method.Name.Length is > 0 and <= 40 && method.Name.All(c => char.IsAsciiLetterUpper(c) || c is '-' or '_') && !FixedMethods.Contains(method.Name.ToLowerInvariant()))
                ReadOperation(method.Name, path, item, method.Value, JsonPointer.Child(pointer, method.Name));
            else
                problems.Add(
                    DocumentProblemCode.MethodInvalid,
                    $"\"{JsonGuard.Shorten(method.Name)}\" is not a method for additionalOperations. Use upper-case letters, and the field of the path item for the usual methods.",
                    JsonPointer.Child(pointer, method.Name));
        }
    }

    private void ReadOperation(string method, string path, JsonElement item, JsonElement operation, string pointer)
    {
        operation = references.Follow(operation) ?? operation;
        if (operation.ValueKind != JsonValueKind.Object)
        {
            problems.Add(DocumentProblemCode.Malformed, "An operation must be an object.", pointer);
            return;
        }
        if (_operations.Count >= limits.MaxOperations)
        {
            if (!_tooMany)
                problems.Add(DocumentProblemCode.TooManyOperations, $"The document has more than {limits.MaxOperations:N0} operations. Split it into several APIs.", pointer);
            _tooMany = true;
            return;
        }
        var shape = PathRules.Shape(path);
        var operationId = Json.Text(operation, "operationId")?.Trim() is { Length: > 0 } given ? given : null;
        var key = operationId is null ? OperationKey.FromShape(method, shape) : OperationKey.FromOperationId(operationId);
        if (operationId is not null && !Unique(key, operationId, pointer))
            return;
        var closed = PathRules.NotEnforceable(shape);
        if (closed is not null)
            warnings.Add(DocumentProblemCode.NotEnforceable, $"{method} {JsonGuard.Shorten(path)} is listed, and nobody can be granted it: {closed}.", pointer);
        var summary = Json.Text(operation, "summary", 500);
        _operations.Add(new SpecOperation(
            method,
            path,
            shape,
            key,
            operationId,
            summary.Length > 0 ? summary : Json.Text(item, "summary", 500),
            Json.Text(operation, "description", 10_000),
            [.. Json.Strings(operation, "tags").Select(t => t.Trim()).Where(t => t.Length is > 0 and <= 100).Distinct(StringComparer.Ordinal).Take(50)],
            Json.True(operation, "deprecated"),
            SecurityOf(operation) ?? _security,
            closed));
    }

    private bool Unique(string key, string operationId, string pointer)
    {
        if (_places.TryAdd(key, pointer))
            return true;
        problems.Add(
            DocumentProblemCode.DuplicateOperationId,
            $"The operationId \"{JsonGuard.Shorten(operationId)}\" is already used at {_places[key]}. Give each operation its own.",
            pointer);
        return false;
    }

    /// <summary>An operationId may look like a derived key; then the derived one gives way.</summary>
    private SpecOperation WithOwnKey(SpecOperation o) =>
        o.OperationId is null && _places.ContainsKey(o.Key) ? o with { Key = OperationKey.Hashed(o.Key) } : o;

    private static string[]? SecurityOf(JsonElement element) =>
        element.TryGetProperty("security", out var security) && security.ValueKind == JsonValueKind.Array
            ? [.. security.EnumerateArray()
                .Where(s => s.ValueKind == JsonValueKind.Object)
                .SelectMany(s => s.EnumerateObject().Select(p => p.Name))
                .Distinct(StringComparer.Ordinal)
                .Take(50)]
            : null;
}
