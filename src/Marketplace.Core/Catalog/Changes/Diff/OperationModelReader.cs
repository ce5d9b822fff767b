using System.Text.Json;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Finds an operation in a document and reads it.</summary>
internal sealed class OperationModelReader(ChangeDocument document)
{
    private const string Json = "application/json";

    private static readonly string[] Ignored = ["accept", "content-type", "authorization"];

    public OperationModel? Read(string method, string path)
    {
        if (document.At(JsonPointer.Child("#/paths", path)) is not { } item || Operation(item, method) is not { } operation)
            return null;
        var parameters = new List<(SchemaRef Parameter, string Name, string In)>();
        // The operation's own come first and win over the path's.
        foreach (var parameter in List(operation, "parameters").Concat(List(item, "parameters")))
        {
            var (name, place) = (Documents.Json.Text(parameter.Element, "name") ?? "", Documents.Json.Text(parameter.Element, "in") ?? "");
            if (name.Length > 0 && !parameters.Exists(p => p.Name == name && p.In == place))
                parameters.Add((parameter, name, place));
        }
        return new OperationModel
        {
            Place = operation,
            Parameters = Parameters(parameters, path),
            Body = document.IsSwagger ? SwaggerBody(parameters, operation) : Body(operation),
            Responses = Responses(operation),
        };
    }

    private SchemaRef? Operation(SchemaRef item, string method) =>
        document.Child(item, method.ToLowerInvariant())
        ?? (document.Child(item, "additionalOperations") is { } additional ? document.Child(additional, method) : null);

    private List<SchemaRef> List(SchemaRef parent, string name) =>
        [.. Documents.Json.Items(parent.Element, name).Select((element, i) => document.Follow(element, $"{parent.Pointer}/{name}/{i}"))];

    private Dictionary<string, ParameterModel> Parameters(List<(SchemaRef Parameter, string Name, string In)> parameters, string path)
    {
        var all = new Dictionary<string, ParameterModel>(StringComparer.Ordinal);
        foreach (var (parameter, name, place) in parameters)
        {
            if (place == "body" || (place == "header" && Ignored.Contains(name.ToLowerInvariant())))
                continue;
            var key = place switch
            {
                "path" => $"path {Position(path, name)}",
                "header" => "header " + name.ToLowerInvariant(),
                _ => $"{place} {name}",
            };
            if (key != "path -1")
                all.TryAdd(key, Parameter(parameter, name, place));
        }
        return all;
    }

    /// <summary>Which of the path's parameters it is; -1 when the path does not have it.</summary>
    private static int Position(string path, string name)
    {
        var at = path.IndexOf("{" + name + "}", StringComparison.Ordinal);
        return at < 0 ? -1 : path[..at].Count(c => c == '{');
    }

    private ParameterModel Parameter(SchemaRef parameter, string name, string place)
    {
        SchemaRef? content = document.Child(parameter, "content") is { } types ? document.Members(types).Select(m => document.Child(m.Value, "schema")).FirstOrDefault() : null;
        // OpenAPI 2.0 writes the schema's keywords into the parameter itself.
        var schema = document.IsSwagger ? parameter : document.Child(parameter, "schema") ?? content;
        return new ParameterModel(
            name, place, place == "path" || Documents.Json.True(parameter.Element, "required"), Documents.Json.True(parameter.Element, "deprecated"),
            Style(parameter.Element, place), schema, parameter.Pointer);
    }

    private string Style(JsonElement parameter, string place)
    {
        if (document.IsSwagger)
            return Documents.Json.Text(parameter, "collectionFormat") ?? "csv";
        if (parameter.TryGetProperty("content", out _))
            return "content";
        var style = Documents.Json.Text(parameter, "style") ?? (place is "query" or "cookie" ? "form" : "simple");
        var explode = parameter.TryGetProperty("explode", out var given) ? given.ValueKind == JsonValueKind.True : style == "form";
        return explode ? style + " exploded" : style;
    }

    private BodyModel? Body(SchemaRef operation) => document.Child(operation, "requestBody") is { } body
        ? new BodyModel(Documents.Json.True(body.Element, "required"), Content(body), body.Pointer)
        : null;

    private BodyModel? SwaggerBody(List<(SchemaRef Parameter, string Name, string In)> parameters, SchemaRef operation)
    {
        var body = parameters.Find(p => p.In == "body").Parameter;
        if (body.Pointer is null)
            return null;
        var schema = document.Child(body, "schema");
        return new BodyModel(Documents.Json.True(body.Element, "required"), MediaTypes(operation, "consumes").ToDictionary(t => t, _ => schema, StringComparer.Ordinal), body.Pointer);
    }

    private Dictionary<string, ResponseModel> Responses(SchemaRef operation)
    {
        var all = new Dictionary<string, ResponseModel>(StringComparer.Ordinal);
        if (document.Child(operation, "responses") is not { } responses)
            return all;
        foreach (var (status, response) in document.Members(responses))
        {
            if (status.StartsWith("x-", StringComparison.Ordinal) || response.Element.ValueKind != JsonValueKind.Object)
                continue;
            var content = !document.IsSwagger ? Content(response)
                : document.Child(response, "schema") is { } schema
                    ? MediaTypes(operation, "produces").ToDictionary(t => t, _ => (SchemaRef?)schema, StringComparer.Ordinal)
                    : new(StringComparer.Ordinal);
            all[status] = new ResponseModel(status, content, Headers(response), response.Pointer);
        }
        return all;
    }

    private Dictionary<string, HeaderModel> Headers(SchemaRef response)
    {
        var all = new Dictionary<string, HeaderModel>(StringComparer.OrdinalIgnoreCase);
        if (document.Child(response, "headers") is { } headers)
        {
            foreach (var (name, header) in document.Members(headers).Where(h => !h.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)))
                all[name] = new HeaderModel(
                    name, Documents.Json.True(header.Element, "required"), document.IsSwagger ? header : document.Child(header, "schema"), header.Pointer);
        }
        return all;
    }

    private Dictionary<string, SchemaRef?> Content(SchemaRef owner)
    {
        var all = new Dictionary<string, SchemaRef?>(StringComparer.Ordinal);
        if (document.Child(owner, "content") is { } content)
        {
            foreach (var (type, media) in document.Members(content))
                all[Name(type)] = document.Child(media, "schema");
        }
        return all;
    }

    private List<string> MediaTypes(SchemaRef operation, string name)
    {
        var own = Documents.Json.Strings(operation.Element, name).Select(Name).Distinct(StringComparer.Ordinal).ToList();
        if (own.Count == 0)
            own = [.. Documents.Json.Strings(document.Root, name).Select(Name).Distinct(StringComparer.Ordinal)];
        return own.Count == 0 ? [Json] : own;
    }

    /// <summary>RFC 9110 §8.3.1: case does not matter, and neither does a charset to JSON.</summary>
    private static string Name(string mediaType)
    {
        var name = mediaType.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal);
        var charset = name.IndexOf(";charset=", StringComparison.Ordinal);
        return charset < 0 ? name : name[..charset];
    }
}
