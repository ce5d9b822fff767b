using System.Text.Json;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>An operation in the words of OpenAPI 3, whichever version it is written in.</summary>
internal sealed class OperationModel
{
    public required SchemaRef Place { get; init; }

    /// <summary>By where it stands and its name; path parameters by their position, since their names are not sent.</summary>
    public required Dictionary<string, ParameterModel> Parameters { get; init; }
    public required BodyModel? Body { get; init; }

    /// <summary>By status.</summary>
    public required Dictionary<string, ResponseModel> Responses { get; init; }

    public JsonElement Element => Place.Element;
}

internal sealed record ParameterModel(string Name, string In, bool Required, bool Deprecated, string Style, SchemaRef? Schema, string Pointer)
{
    public string Subject => $"The {In} parameter `{Name}`";
}

/// <param name="Required">It must be sent.</param>
/// <param name="Content">Schema by media type.</param>
/// <param name="Pointer">Where it stands.</param>
internal sealed record BodyModel(bool Required, Dictionary<string, SchemaRef?> Content, string Pointer);

internal sealed record ResponseModel(string Status, Dictionary<string, SchemaRef?> Content, Dictionary<string, HeaderModel> Headers, string Pointer);

internal sealed record HeaderModel(string Name, bool Required, SchemaRef? Schema, string Pointer);
