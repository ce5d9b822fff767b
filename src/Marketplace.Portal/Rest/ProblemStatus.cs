using Marketplace.Core;
using Marketplace.Core.Catalog.Search;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Rest;

/// <summary>The one place where a problem becomes an HTTP status.</summary>
internal static class ProblemStatus
{
    public const string Unauthenticated = "unauthenticated";
    public const string ScopeMissing = "scope_missing";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string ContentTypeUnsupported = "content_type_unsupported";
    public const string BodyTooLarge = "body_too_large";
    public const string BodySlow = "body_slow";
    public const string BodyMalformed = "body_malformed";
    public const string ParameterMalformed = "parameter_malformed";
    public const string TooManyRequests = Problem.TooMany;
    public const string Busy = "busy";
    public const string Fault = "fault";

    public static int Of(string code) => code switch
    {
        BodyMalformed or ParameterMalformed => StatusCodes.Status400BadRequest,
        Unauthenticated => StatusCodes.Status401Unauthorized,
        Problem.Forbidden or ScopeMissing => StatusCodes.Status403Forbidden,
        Problem.NotFound => StatusCodes.Status404NotFound,
        MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        BodySlow => StatusCodes.Status408RequestTimeout,
        BodyTooLarge or "document_too_large" => StatusCodes.Status413PayloadTooLarge,
        ContentTypeUnsupported => StatusCodes.Status415UnsupportedMediaType,
        TooManyRequests => StatusCodes.Status429TooManyRequests,
        CatalogSearch.NotReady or Busy => StatusCodes.Status503ServiceUnavailable,
        Fault => StatusCodes.Status500InternalServerError,
        _ when IsConflict(code) => StatusCodes.Status409Conflict,
        // RFC 9110 §15.5.21: well formed, understood, and not acceptable.
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    /// <summary>The code for a status that the framework chose by itself.</summary>
    public static Problem For(int status) => status switch
    {
        401 => new(Unauthenticated, "Send a personal access token: Authorization: Bearer mkt_pat_… (make one with POST /api/v1/me/access-tokens)."),
        403 => new(Problem.Forbidden, "You may not do this."),
        404 => new(Problem.NotFound, "There is nothing here that you may see."),
        405 => new(MethodNotAllowed, "This address does not take that method; the Allow header lists those that it does."),
        413 => new(BodyTooLarge, "The body is larger than this address accepts."),
        415 => new(ContentTypeUnsupported, "Send the body with a Content-Type that this address accepts; /api/v1/openapi.json says which."),
        429 => new(TooManyRequests, "Too many requests; wait as long as Retry-After says."),
        >= 500 => new(Fault, "Something broke here. It has been logged; try again, and tell the operators if it stays."),
        _ => new(BodyMalformed, "The request could not be read."),
    };

    private static bool IsConflict(string code) =>
        code == Problem.Conflict
        || code.StartsWith("already_", StringComparison.Ordinal)
        || code.EndsWith("_taken", StringComparison.Ordinal)
        || code.EndsWith("_conflict", StringComparison.Ordinal);
}
