using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>What happens to operations and to the document around them.</summary>
internal static class OperationKinds
{
    public static readonly ChangeKind Added = new("endpoint-added", Compatible, "{0} is new.");
    public static readonly ChangeKind Deprecated = new("endpoint-deprecated", Compatible, "{0} is now deprecated.");
    public static readonly ChangeKind DeprecatedWithSunset = new("endpoint-deprecated-with-sunset", Compatible, "{0} is now deprecated and ends on {2}.");
    public static readonly ChangeKind Reactivated = new("endpoint-reactivated", Compatible, "{0} is no longer deprecated.");
    public static readonly ChangeKind Removed = new("api-removed-without-deprecation", Breaking, "{0} is removed.");
    public static readonly ChangeKind RemovedBeforeSunset = new("api-removed-before-sunset", Breaking, "{0} is removed before its sunset on {1}.");

    // Announced; grants may still stand all the same.
    public static readonly ChangeKind RemovedDeprecated = new("api-removed-with-deprecation", Dangerous, "{0} was deprecated and is removed.");
    public static readonly ChangeKind PathRemoved = new("api-path-removed-without-deprecation", Breaking, "{0} is removed, and its path with it.");
    public static readonly ChangeKind PathRemovedBeforeSunset = new("api-path-removed-before-sunset", Breaking, "{0} is removed, and its path with it, before its sunset on {1}.");
    public static readonly ChangeKind PathRemovedDeprecated = new("api-path-removed-with-deprecation", Dangerous, "{0} was deprecated and is removed, and its path with it.");

    /// <summary>The same operation to a grant, another address to a caller.</summary>
    public static readonly ChangeKind Moved = new("endpoint-path-changed", Breaking, "{0} has moved to {2}; calls to the old path fail.");

    /// <summary>Another operation to a grant, although the address is the same.</summary>
    public static readonly ChangeKind Renamed = new(
        "endpoint-operation-id-changed", Breaking, "{0} is now called {2}: it counts as another endpoint, and the grants of {1} end with it.");
    public static readonly ChangeKind OperationIdAdded = new("api-operation-id-added", Compatible, "{0} is now called {2}.");
    public static readonly ChangeKind TagAdded = new("api-tag-added", Compatible, "{0} has the new tag {2}.");
    public static readonly ChangeKind TagRemoved = new("api-tag-removed", Compatible, "{0} lost the tag {1}.");
    public static readonly ChangeKind SecurityRequired = new("api-security-became-required", Breaking, "{0} could be called without credentials and no longer can.");
    public static readonly ChangeKind SecurityAdded = new("api-security-added", Compatible, "{0} also accepts {2}.");
    public static readonly ChangeKind SecurityRemoved = new("api-security-removed", Breaking, "{0} no longer accepts {1}.");
    public static readonly ChangeKind SecurityScopeAdded = new("api-security-scope-added", Breaking, "{0} now asks for the scope {2}.");
    public static readonly ChangeKind SecurityScopeRemoved = new("api-security-scope-removed", Compatible, "{0} no longer asks for the scope {1}.");
    public static readonly ChangeKind CallbackAdded = new("callback-added", Compatible, "{0} has the new callback {2}.");
    public static readonly ChangeKind CallbackRemoved = new("callback-removed", Breaking, "{0} no longer makes the callback {1}.");
    public static readonly ChangeKind WebhookAdded = new("webhook-added", Compatible, "The webhook {2} is new.");
    public static readonly ChangeKind WebhookRemoved = new("webhook-removed", Breaking, "The webhook {1} is gone.");
    public static readonly ChangeKind ServerAdded = new("api-server-added", Compatible, "The server {2} is new.");
    public static readonly ChangeKind ServerRemoved = new("api-server-removed", Dangerous, "The server {1} is no longer named.");
    public static readonly ChangeKind BasePathChanged = new("api-base-path-changed", Dangerous, "The document's base path was {1} and is now {2}.");
    public static readonly ChangeKind SchemeAdded = new("api-security-component-added", Compatible, "The security scheme {2} is new.");
    public static readonly ChangeKind SchemeRemoved = new("api-security-component-removed", Compatible, "The security scheme {1} is gone.");
    public static readonly ChangeKind SchemeTypeChanged = new("api-security-component-type-changed", Dangerous, "The security scheme {0} was {1} and is now {2}.");
    public static readonly ChangeKind SchemeUrlChanged = new("api-security-component-oauth-url-changed", Compatible, "The security scheme {0} sends people to {2} instead of {1}.");
    public static readonly ChangeKind SchemeTokenUrlChanged = new(
        "api-security-component-oauth-token-url-changed", Compatible, "The security scheme {0} gets tokens from {2} instead of {1}.");
    public static readonly ChangeKind SchemeScopeAdded = new("api-security-component-oauth-scope-added", Compatible, "The security scheme {0} has the new scope {2}.");
    public static readonly ChangeKind SchemeScopeRemoved = new("api-security-component-oauth-scope-removed", Compatible, "The security scheme {0} lost the scope {1}.");

    /// <summary>Fails closed: what could not be compared to its end may break somebody.</summary>
    public static readonly ChangeKind Incomplete = new(
        "comparison-incomplete", Breaking, "The documents are too entangled to compare to the end; what is listed is not all.");

    public static IReadOnlyList<ChangeKind> All { get; } =
    [
        Added, Deprecated, DeprecatedWithSunset, Reactivated, Removed, RemovedBeforeSunset, RemovedDeprecated, PathRemoved, PathRemovedBeforeSunset,
        PathRemovedDeprecated, Moved, Renamed, OperationIdAdded, TagAdded, TagRemoved, SecurityRequired, SecurityAdded, SecurityRemoved,
        SecurityScopeAdded, SecurityScopeRemoved, CallbackAdded, CallbackRemoved, WebhookAdded, WebhookRemoved, ServerAdded, ServerRemoved,
        BasePathChanged, SchemeAdded, SchemeRemoved, SchemeTypeChanged, SchemeUrlChanged, SchemeTokenUrlChanged, SchemeScopeAdded, SchemeScopeRemoved,
        Incomplete,
    ];
}
