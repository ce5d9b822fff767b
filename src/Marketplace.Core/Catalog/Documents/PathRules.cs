using System.Text;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>What a path template must be, and which templates no data plane can enforce.</summary>
internal static class PathRules
{
    /// <summary>Null when the template is well formed, else a sentence that says what to do.</summary>
    public static string? Fault(string path, int maxLength)
    {
        if (!path.StartsWith('/'))
            return $"The path \"{JsonGuard.Shorten(path)}\" must start with a slash (/).";
        if (path.Length > maxLength)
            return $"The path \"{JsonGuard.Shorten(path)}\" is longer than {maxLength:N0} characters. Shorten it.";
        if (path.Any(char.IsControl))
            return $"The path \"{JsonGuard.Shorten(path)}\" holds a control character, such as a line break. Remove it.";
        var open = -1;
        for (var i = 0; i < path.Length; i++)
        {
            switch (path[i])
            {
                case '{' when open >= 0:
                case '}' when open < 0:
                case '/' when open >= 0:
                    return $"The braces in the path \"{JsonGuard.Shorten(path)}\" do not pair up. Write each parameter as {{name}} inside one segment.";
                case '{':
                    open = i;
                    break;
                case '}' when i == open + 1:
                    return $"A parameter in the path \"{JsonGuard.Shorten(path)}\" has no name. Write it between the braces.";
                case '}':
                    open = -1;
                    break;
            }
        }
        return open < 0 ? null : $"The braces in the path \"{JsonGuard.Shorten(path)}\" do not pair up. Write each parameter as {{name}} inside one segment.";
    }

    public static string Shape(string path)
    {
        var shape = new StringBuilder(path.Length);
        var inside = false;
        foreach (var c in path)
        {
            inside = c != '}' && (inside || c == '{');
            if (!inside || c == '{')
                shape.Append(c);
        }
        return shape.ToString();
    }

    /// <summary>
    /// Null when requests for the template can be told apart from all others by method and path. A template with a query
    /// (<c>/?Action=Stop</c>) or fragment cannot; refusing 339 real documents for it would lose more than accepting them
    /// with these operations closed to everybody. Paths that are not canonical are refused on every call.
    /// </summary>
    public static string? NotEnforceable(string shape)
    {
        var hash = shape.IndexOf('#', StringComparison.Ordinal);
        var query = shape.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && (hash < 0 || query < hash))
            return "its path contains a query string, and access is decided by method and path alone. Declare the query as parameters";
        if (hash >= 0)
            return "its path contains a fragment (#), which is never sent to a server. Give the operation a path of its own";
        if (shape.AsSpan().IndexOfAny(";\\%") >= 0)
            return "its path contains one of ; \\ %, which servers read in different ways. Take it out of the path";
        var segments = shape.Split('/');
        if (segments.Skip(1).SkipLast(1).Contains("") || segments.Any(s => s is "." or ".."))
            return "its path contains an empty or a dot segment, which servers read in different ways. Take it out of the path";
        return null;
    }
}
