using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Marketplace.Portal.Rest;

/// <summary>
/// An address under the root that no endpoint answers: 405 with Allow if another method would do (RFC 9110 §15.5.6),
/// else 404. The pages' own fallback would take it otherwise.
/// </summary>
internal static class RestFallback
{
    public static void Map(IEndpointRouteBuilder rest) =>
        rest.MapFallback("{**path}", Answer).AllowAnonymous().ExcludeFromDescription();

    private static ProblemResult Answer(HttpContext context, EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>() is not null && Matches(e, context.Request.Path))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
            return new ProblemResult([ProblemStatus.For(StatusCodes.Status404NotFound)]);
        context.Response.Headers.Allow = string.Join(", ", methods);
        return new ProblemResult([ProblemStatus.For(StatusCodes.Status405MethodNotAllowed)]);
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
