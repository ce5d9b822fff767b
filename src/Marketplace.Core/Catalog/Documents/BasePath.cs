using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>The servers of a document and the prefix that their first one puts before every path.</summary>
internal static class BasePath
{
    public static (IReadOnlyList<string> Servers, string Path) Read(JsonElement root, DocumentProblems warnings)
    {
        List<string> servers;
        if (root.TryGetProperty("swagger", out _))
        {
            var path = Json.Text(root, "basePath") ?? "";
            var host = Json.Text(root, "host");
            servers = host is null ? [] : [.. Json.Strings(root, "schemes").DefaultIfEmpty("https").Select(s => $"{s}://{host}{path}")];
            return (servers, Clean(path, "#/basePath", warnings));
        }
        servers = [.. Json.Items(root, "servers").Select(Url).OfType<string>()];
        return (servers, servers.Count == 0 ? "" : Clean(PathOf(servers[0]), "#/servers/0/url", warnings));
    }

    /// <summary>The server's URL with each variable at its default.</summary>
    public static string? Url(JsonElement server)
    {
        if (Json.Text(server, "url") is not { } url)
            return null;
        if (server.TryGetProperty("variables", out var variables) && variables.ValueKind == JsonValueKind.Object)
        {
            foreach (var variable in variables.EnumerateObject())
                url = url.Replace("{" + variable.Name + "}", Json.Text(variable.Value, "default") ?? "", StringComparison.Ordinal);
        }
        return url;
    }

    public static string PathOf(string url)
    {
        var authority = url.IndexOf("//", StringComparison.Ordinal);
        if (authority < 0)
            return url;
        var path = url.IndexOf('/', authority + 2);
        return path < 0 ? "" : url[path..];
    }

    public static bool IsValid(string path) =>
        path.Length == 0 || (path.StartsWith('/') && path.Length <= 300 && path.All(c => c is > ' ' and <= '~' and not ('{' or '}'))
            && PathRules.NotEnforceable(path) is null);

    private static string Clean(string path, string pointer, DocumentProblems warnings)
    {
        path = path.TrimEnd('/');
        if (path.Length == 0)
            return "";
        if (!path.StartsWith('/'))
            path = "/" + path;
        if (IsValid(path))
            return path;
        warnings.Add(
            DocumentProblemCode.BasePathIgnored,
            $"The path of the server, \"{JsonGuard.Shorten(path)}\", cannot be used as a base path: it must be plain segments without variables, query or dots. Set the base path of this version by hand.",
            pointer);
        return "";
    }
}
