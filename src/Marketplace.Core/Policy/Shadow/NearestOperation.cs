namespace Marketplace.Core.Policy.Shadow;

/// <summary>Calls of one method to paths of one shape that no endpoint matches.</summary>
/// <param name="Shape">The path, with what looks like an identifier as <c>{id}</c>.</param>
/// <param name="Example">One of the paths as it was called.</param>
/// <param name="Applications">Client ids that called it, at most five; without those that no good token said.</param>
/// <param name="Nearest">The endpoint of the document that it is most like; null where none is.</param>
public sealed record UnmatchedPath(
    string Method, string Shape, string Example, string Reason, long Calls, int Paths, DateTimeOffset FirstAt, DateTimeOffset LastAt,
    IReadOnlyList<string> Applications, NearOperation? Nearest);

/// <param name="Difference">What to do about it, in a sentence.</param>
public sealed record NearOperation(string Key, string Method, string Path, string Difference);

/// <summary>The endpoint that a path without one was probably meant for.</summary>
internal static class NearestOperation
{
    /// <summary>Numbers, UUIDs and long hexadecimal or mixed names are one shape, so that a thousand ids are one line.</summary>
    public static string ShapeOf(string path) => string.Join('/', path.Split('/').Select(segment => IsIdentifier(segment) ? "{id}" : segment));

    public static NearOperation? Of(string method, string path, IEnumerable<NearOperation> operations, string basePath)
    {
        var asked = path.StartsWith(basePath + "/", StringComparison.OrdinalIgnoreCase) ? path[basePath.Length..] : path;
        var (best, score, segments) = ((NearOperation?)null, 0.0, Segments(asked));
        foreach (var operation in operations)
        {
            var likeness = Likeness(segments, Segments(operation.Path)) + (operation.Method == method ? 0.1 : 0);
            if (likeness > score)
                (best, score) = (operation, likeness);
        }

        return best is null || score < 0.6 ? null : best with { Difference = Difference(method, path, asked, best, basePath) };
    }

    private static string Difference(string method, string path, string asked, NearOperation near, string basePath)
    {
        if (basePath.Length > 0 && asked.Length == path.Length)
            return $"Called without the base path {basePath}.";
        if (Segments(asked).Length == Segments(near.Path).Length && Likeness(Segments(asked), Segments(near.Path)) >= 1)
            return near.Method != method ? $"The document has it with {near.Method} only." : asked.EndsWith('/') != near.Path.EndsWith('/') ? "A slash at the end makes another path." : "Its case differs.";
        return "";
    }

    private static double Likeness(string[] asked, string[] template)
    {
        var same = 0.0;
        for (var i = 0; i < Math.Min(asked.Length, template.Length); i++)
            same += template[i].Contains('{', StringComparison.Ordinal) ? IsIdentifier(asked[i]) || asked[i] == "{id}" ? 1 : 0.5
                : string.Equals(asked[i], template[i], StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        return same / Math.Max(1, Math.Max(asked.Length, template.Length));
    }

    private static string[] Segments(string path) => path.Trim('/').Split('/');

    private static bool IsIdentifier(string segment) =>
        segment.Length > 0 && segment.Any(char.IsAsciiDigit) && (segment.All(c => char.IsAsciiDigit(c) || c is '-' or '.') || segment.Length >= 12
            || segment.All(char.IsAsciiHexDigit)) && segment is not ['v' or 'V', ..];
}
