using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>Parameters, bodies, responses and headers that come, go or change their envelope.</summary>
internal static class MessageKinds
{
    public static readonly ChangeKind ParameterRequiredAdded = new("new-required-request-parameter", Breaking, "{0} is new and required.");
    public static readonly ChangeKind ParameterOptionalAdded = new("new-optional-request-parameter", Compatible, "{0} is new and optional.");
    public static readonly ChangeKind PathParameterAdded = new("new-request-path-parameter", Breaking, "{0} is new.");
    public static readonly ChangeKind ParameterRemoved = new("request-parameter-removed", Dangerous, "{0} is gone.");
    public static readonly ChangeKind ParameterRemovedDeprecated = new("request-parameter-removed-with-deprecation", Compatible, "{0} was deprecated and is gone.");
    public static readonly ChangeKind ParameterBecameRequired = new("request-parameter-became-required", Breaking, "{0} is now required.");
    public static readonly ChangeKind ParameterBecameOptional = new("request-parameter-became-optional", Compatible, "{0} is no longer required.");
    public static readonly ChangeKind ParameterStyleChanged = new("request-parameter-style-changed", Breaking, "{0} was written as {1} and is now written as {2}.");
    public static readonly ChangeKind BodyRequiredAdded = new("request-body-added-required", Breaking, "A request body is now required.");
    public static readonly ChangeKind BodyOptionalAdded = new("request-body-added-optional", Compatible, "A request body may now be sent.");
    public static readonly ChangeKind BodyRemoved = new("request-body-removed", Breaking, "The request body is gone.");
    public static readonly ChangeKind BodyBecameRequired = new("request-body-became-required", Breaking, "The request body is now required.");
    public static readonly ChangeKind BodyBecameOptional = new("request-body-became-optional", Compatible, "The request body is no longer required.");
    public static readonly ChangeKind BodyMediaAdded = new("request-body-media-type-added", Compatible, "The request body may now be {2}.");
    public static readonly ChangeKind BodyMediaRemoved = new("request-body-media-type-removed", Breaking, "The request body may no longer be {1}.");
    public static readonly ChangeKind BodySchemaAdded = new("request-body-media-type-schema-added", Breaking, "The request body as {2} now has a schema to keep to.");
    public static readonly ChangeKind BodySchemaRemoved = new("request-body-media-type-schema-removed", Compatible, "The request body as {1} no longer has a schema.");
    public static readonly ChangeKind SuccessAdded = new("response-success-status-added", Compatible, "It may now answer {2}.");
    public static readonly ChangeKind SuccessRemoved = new("response-success-status-removed", Breaking, "It no longer answers {1}.");
    public static readonly ChangeKind ErrorAdded = new("response-non-success-status-added", Compatible, "It may now answer {2}.");
    public static readonly ChangeKind ErrorRemoved = new("response-non-success-status-removed", Compatible, "It no longer answers {1}.");
    public static readonly ChangeKind ResponseMediaAdded = new("response-media-type-added", Compatible, "{0} may now be {2}.");
    public static readonly ChangeKind ResponseMediaRemoved = new("response-media-type-removed", Breaking, "{0} is no longer given as {1}.");
    public static readonly ChangeKind ResponseSchemaAdded = new("response-body-media-type-schema-added", Compatible, "{0} as {2} now has a schema.");
    public static readonly ChangeKind ResponseSchemaRemoved = new("response-body-media-type-schema-removed", Breaking, "{0} as {1} no longer has a schema.");
    public static readonly ChangeKind HeaderAdded = new("response-header-added", Compatible, "{0} is new.");
    public static readonly ChangeKind HeaderRequiredRemoved = new("required-response-header-removed", Breaking, "{0} was always there and is gone.");
    public static readonly ChangeKind HeaderOptionalRemoved = new("optional-response-header-removed", Dangerous, "{0} is gone; it could be absent before.");
    public static readonly ChangeKind HeaderBecameOptional = new("response-header-became-optional", Breaking, "{0} was always there and may now be absent.");
    public static readonly ChangeKind HeaderBecameRequired = new("response-header-became-required", Compatible, "{0} is now always there.");

    public static IReadOnlyList<ChangeKind> All { get; } =
    [
        ParameterRequiredAdded, ParameterOptionalAdded, PathParameterAdded, ParameterRemoved, ParameterRemovedDeprecated, ParameterBecameRequired,
        ParameterBecameOptional, ParameterStyleChanged, BodyRequiredAdded, BodyOptionalAdded,
        BodyRemoved, BodyBecameRequired, BodyBecameOptional, BodyMediaAdded, BodyMediaRemoved, BodySchemaAdded, BodySchemaRemoved, SuccessAdded,
        SuccessRemoved, ErrorAdded, ErrorRemoved, ResponseMediaAdded, ResponseMediaRemoved, ResponseSchemaAdded, ResponseSchemaRemoved, HeaderAdded,
        HeaderRequiredRemoved, HeaderOptionalRemoved, HeaderBecameOptional, HeaderBecameRequired,
    ];
}
