using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Testing.Enforcement;

/// <summary>
/// The unprotected service of the table, routed by ASP.NET Core with all its leniency (case, trailing slashes).
/// It names the operation that really ran in <c>X-Operation</c>.
/// </summary>
public static class TestProvider
{
    public const string OperationHeader = "X-Operation";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var operation in EnforcementPolicy.Operations)
        {
            routes.MapMethods(EnforcementPolicy.BasePath + operation.Path, [operation.Method], context =>
            {
                context.Response.Headers[OperationHeader] = operation.Key;
                return operation.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(operation.Key);
            });
        }
    }
}
