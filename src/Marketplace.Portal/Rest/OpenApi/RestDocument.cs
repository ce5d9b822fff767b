using Marketplace.Contracts.Rest;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Portal.Rest.OpenApi;

/// <summary>The REST API's own OpenAPI document, made from its endpoints. The marketplace publishes it in its own catalog.</summary>
public static class RestDocument
{
    internal const string Path = RestApi.Root + "/openapi.json";
    private const string Name = "v1";

    internal static void Add(SwaggerGenOptions options)
    {
        options.SwaggerDoc(Name, new OpenApiInfo
        {
            Title = "Marketplace",
            Version = "1.0.0",
            Description = "Publish OpenAPI documents, find endpoints, ask for access to exactly those, decide, and look up who did what. "
                + "Make a personal access token with `POST /api/v1/me/access-tokens` and send it as a bearer token.",
        });
        options.DocInclusionPredicate((_, description) => description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) is true);
        options.AddSecurityDefinition("accessToken", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A personal access token, such as mkt_pat_…. What it may be used for say its scopes: "
                + string.Join(", ", Enum.GetValues<TokenScope>().Select(scope => $"`{StoredEnum.ToWord(scope)}`")) + "; each operation names the one it needs.",
        });
        options.AddSecurityDefinition("password", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "Your name and password; only to make a personal access token.",
        });
        options.SupportNonNullableReferenceTypes();
        options.NonNullableReferenceTypesAsRequired();
        options.CustomSchemaIds(SchemaName);
        options.IncludeXmlComments(typeof(ProblemBody).Assembly);
        options.OperationFilter<RestOperationFilter>();
    }

    internal static void Map(IEndpointRouteBuilder rest) =>
        rest.MapGet("/openapi.json", WriteAsync)
            .AllowAnonymous()
            .WithName("getOpenApiDocument").WithTags("Meta").WithSummary("This document.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json");

    /// <summary>The document as JSON, OpenAPI 3.1.</summary>
    public static Task<string> RenderAsync(IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<ISwaggerProvider>().GetSwagger(Name).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation);

    private static async Task<IResult> WriteAsync(IServiceProvider services, CancellationToken cancellation) =>
        Results.Text(await RenderAsync(services, cancellation), "application/json");

    private static string SchemaName(Type type)
    {
        var name = type.Name.Split('`')[0];
        name = name.EndsWith("Body", StringComparison.Ordinal) ? name[..^4] : name;
        return type.IsGenericType ? SchemaName(type.GetGenericArguments()[0]) + name : name;
    }
}
