using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Portal.Rest.OpenApi;

/// <summary>Says on every operation who may call it and that refusals come as problem+json.</summary>
internal sealed class RestOperationFilter : IOperationFilter
{
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["page"] = "Which page, from 1.",
        ["limit"] = "How many a page has: 50 when left out, at most 200.",
        ["q"] = "Words to find, or their beginnings; a method; a path as it is called, such as /accounts/123.",
        ["callable"] = "Only what an application of your teams may call by now.",
        ["owned"] = "Only what a team of yours owns.",
        ["facets"] = "Counts the hits per method, tag, team, lifecycle and classification as well.",
        ["severity"] = "Only findings of this severity: error, warn, info or hint.",
        ["rule"] = "Only findings of this rule.",
        ["basedOn"] = "The revision that you have seen; if another is newest by now, nothing is published (409).",
        ["draft"] = "A new version stays a draft, seen by its team only.",
        ["overrideReason"] = "Why this revision may break a line that others rely on, in 10 to 1,000 characters; without it such a revision is refused (breaking_change).",
        ["from"] = "The earlier revision as v1.3, or v1 for the newest of the line.",
        ["to"] = "The later revision, in the same way.",
        ["original"] = "As it was given, instead of as JSON.",
        ["mine"] = "Only teams that you are in.",
        ["open"] = "Only questions without an accepted answer.",
        ["unread"] = "Only what you have not marked as read.",
        ["active"] = "Leaves out what has ended.",
        ["before"] = "Only what is older than this: the last one of the list before.",
        ["after"] = "Only what is newer than this, from there on.",
        ["since"] = "Only what happened at this moment or later, such as 2026-01-01T00:00:00Z.",
        ["until"] = "Only what happened before this moment.",
        ["channel"] = "By which door: portal, rest or system.",
        ["format"] = "jsonl, which can be verified, or csv, for spreadsheets.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in operation.Parameters ?? [])
        {
            if (parameter.Name is { } name && Parameters.TryGetValue(name, out var description))
                parameter.Description = description;
        }

        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            // OpenAPI 3.1 §4.8.10: an empty array says that nothing is asked for; none at all would leave it open.
            operation.Security = [];
            return;
        }

        if (metadata.OfType<JsonBodyMetadata>().SingleOrDefault() is { } body)
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Content("application/json", body.Type, context) };

        if (metadata.OfType<DocumentBodyMetadata>().Any())
        {
            var content = Content("application/json", typeof(JsonElement), context);
            content["application/yaml"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        }

        // OpenAPI 3.1 §4.8.30: for other schemes than OAuth's, the array may list what the caller must be allowed to.
        OpenApiSecurityRequirement Scheme(string name, params List<string> scopes) => new() { [new OpenApiSecuritySchemeReference(name, context.Document)] = scopes };
        var scope = metadata.OfType<RestScope>().Single().Word;
        operation.Security = [Scheme("accessToken", scope)];
        operation.Description = $"{operation.Description} The access token needs the scope `{scope}`.".TrimStart();
        if (metadata.OfType<IAuthorizeData>().Any(a => a.Policy == RestSecurity.TokenOrPasswordPolicy))
            operation.Security.Add(Scheme("password"));

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Refused; `code` says why and `errors` lists everything to mend (RFC 9457).",
            Content = Content(ProblemBody.ContentType, typeof(ProblemBody), context),
        };
    }

    private static Dictionary<string, IOpenApiMediaType> Content(string contentType, Type type, OperationFilterContext context) =>
        new(StringComparer.Ordinal)
        {
            [contentType] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository) },
        };
}
