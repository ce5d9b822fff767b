namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>Where a schema is used. It decides the kind's id and, by its direction, the verdict.</summary>
internal sealed record SchemaPlace(string Id, bool IsRequest, string Noun)
{
    public static SchemaPlace RequestBody { get; } = new("request-body", true, "request body");

    public static SchemaPlace RequestProperty { get; } = new("request-property", true, "request property");

    public static SchemaPlace RequestParameter { get; } = new("request-parameter", true, "parameter");

    public static SchemaPlace RequestParameterProperty { get; } = new("request-parameter-property", true, "parameter property");

    public static SchemaPlace ResponseBody { get; } = new("response-body", false, "response body");

    public static SchemaPlace ResponseProperty { get; } = new("response-property", false, "response property");

    public static SchemaPlace ResponseHeader { get; } = new("response-header", false, "response header");

    public static IReadOnlyList<SchemaPlace> All { get; } =
        [RequestBody, RequestProperty, RequestParameter, RequestParameterProperty, ResponseBody, ResponseProperty, ResponseHeader];

    public bool IsProperty => this == RequestProperty || this == RequestParameterProperty || this == ResponseProperty;

    /// <summary>What a schema inside this one is called.</summary>
    public SchemaPlace Inner => this switch
    {
        { IsRequest: true } => this == RequestParameter || this == RequestParameterProperty ? RequestParameterProperty : RequestProperty,
        _ => this == ResponseHeader ? ResponseHeader : ResponseProperty,
    };
}
