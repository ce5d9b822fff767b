using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Documents.Trimming;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog.Api;

/// <summary>The newest document in another form: as YAML, or cut down to what an application holds.</summary>
internal static class DerivedDocuments
{
    public static async Task<IResult> DownloadAsync(
        HttpContext context, string api, string version, string? application, string? environment, CatalogReader reader, GrantReader grants,
        CancellationToken cancellation)
    {
        var isYaml = context.Request.Path.Value!.EndsWith(".yaml", StringComparison.Ordinal);
        if (!isYaml && string.IsNullOrEmpty(application))
            return Page.NotFound();
        if (await ReadAsync(context.Actor(), api, version, application, environment, isYaml, reader, grants, cancellation) is not { } document)
            return Page.NotFound();
        context.Response.Headers.CacheControl = "private, no-cache";
        LifecycleHeaders.Write(context.Response, ApiUrl.Of(api, version), document.Facts);
        var name = string.IsNullOrEmpty(application) ? $"{api}-{version}" : $"{api}-{version}-{application}";
        return Results.File(Encoding.UTF8.GetBytes(document.Text), isYaml ? "application/yaml" : "application/json", $"{name}.{(isYaml ? "yaml" : "json")}");
    }

    /// <summary>Null where there is no such document to see, or the application holds nothing of it that the actor sees.</summary>
    public static async Task<DocumentText?> ReadAsync(
        Actor actor, string api, string version, string? application, string? environment, bool isYaml, CatalogReader reader, GrantReader grants,
        CancellationToken cancellation)
    {
        using var place = await DocumentWork.Asking.EnterAsync(cancellation);
        if (await reader.DocumentAsync(actor, api, version, null, original: false, cancellation) is not { } document)
            return null;
        var text = document.Text;
        if (!string.IsNullOrEmpty(application))
        {
            var held = await grants.HeldAsync(actor, api, version, application, string.IsNullOrEmpty(environment) ? null : environment, cancellation);
            if (held.Count == 0)
                return null;
            text = DocumentTrim.Trim(text, held);
        }

        return document with { Text = isYaml ? JsonToYaml.Convert(text) : text };
    }
}
