using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;

namespace Marketplace.Portal.Shell;

/// <summary>The files of <c>wwwroot</c>, beside the assembly. Pages name them with a hash, so that browsers may keep them for ever.</summary>
public static class PortalAssets
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "wwwroot");
    private static readonly string[] Compressed = ["/lib", "/css", "/js"];
    private static readonly ConcurrentDictionary<string, string> Urls = new(StringComparer.Ordinal);

    /// <summary>The address of a file, such as <c>css/shell.css</c>.</summary>
    public static string Url(string path) => Urls.GetOrAdd(path, static path =>
    {
        var file = Path.Combine(Root, path);
        return File.Exists(file) ? $"/{path}?v={Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..10]}" : $"/{path}";
    });

    internal static string? Read(string path)
    {
        var file = Path.Combine(Root, path);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    internal static void UsePortalAssets(this WebApplication app)
    {
        if (!Directory.Exists(Root))
            return;
        // Files alone: in a page, a secret beside what a visitor may choose would show in the compressed length.
        app.UseWhen(
            context => Compressed.Any(folder => context.Request.Path.StartsWithSegments(folder, StringComparison.Ordinal)),
            files => files.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Root),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=300",
        });
    }
}
