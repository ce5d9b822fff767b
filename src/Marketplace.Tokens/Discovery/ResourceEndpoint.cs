using System.Buffers;
using System.Text.Json;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Discovery;

/// <summary>
/// /.well-known/oauth-protected-resource/… of each published ApiVersion and environment (RFC 9728). Its resource is a
/// URL of ours, as §3 needs a place to look at; a token asked for under it carries the ApiVersion's own audience.
/// </summary>
internal sealed class ResourceEndpoint(CurrentSnapshot current, TokenPlaneOptions options)
{
    /// <summary>§3.1: between the host and the path of the resource.</summary>
    public string Route { get; } =
        "/.well-known/oauth-protected-resource" + new Uri(options.Issuer).AbsolutePath.TrimEnd('/') + "/resources/{api}/{version}/{environment}";

    public async Task HandleAsync(HttpContext context)
    {
        if (current.Value is not { } snapshot)
        {
            OAuthAnswer.ForbidStoring(context);
            await OAuthAnswer.SendErrorAsync(context, TokenRefusal.NotReady);
            return;
        }
        var route = context.Request.RouteValues;
        var url = $"{options.Issuer}/resources/{route["api"]}/{route["version"]}/{route["environment"]}";
        if (snapshot.ResourceOf(url) is not { } resource || options.ResourceUrl(resource) != url)
        {
            context.Response.StatusCode = 404;
            return;
        }
        context.Response.Headers.CacheControl = "public, max-age=300";
        await OAuthAnswer.SendAsync(context, 200, Write(resource, snapshot.Lines.GetValueOrDefault(resource.Key.Line)));
    }

    private ArrayBufferWriter<byte> Write(ApiResource resource, ApiLine? line)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("resource"u8, options.ResourceUrl(resource));
        json.WriteString("resource_name"u8, $"{resource.Title} ({resource.Key.Environment})");
        WriteList(json, "authorization_servers", [options.Issuer]);
        WriteList(json, "bearer_methods_supported", ["header"]);
        WriteList(json, "authorization_details_types_supported", [OperationDetails.Type]);
        // Anybody may read this, and the catalog's operations are for people who have signed in.
        if (resource.IsPublic && line is not null)
            WriteList(json, "scopes_supported", line.Keys);
        json.WriteEndObject();
        return output;
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
