namespace Marketplace.Contracts.Policy;

/// <summary>An OpenAPI path template cut into segments; the last one is empty where the template ends with a slash.</summary>
internal sealed class PathTemplate
{
    private PathTemplate(SegmentTemplate[] segments)
    {
        Segments = segments;
        Shape = string.Join('/', segments.Select(segment => segment.Shape));
    }

    public IReadOnlyList<SegmentTemplate> Segments { get; }

    /// <summary>Equal for templates that differ in nothing but the names of their parameters.</summary>
    public string Shape { get; }

    /// <summary>Null for what no canonical path can equal, such as a template with a query: it matches nothing.</summary>
    public static PathTemplate? Parse(string template) =>
        template.StartsWith('/') && !template.AsSpan().ContainsAny('?', '#') && !template.Contains("//", StringComparison.Ordinal)
            ? new PathTemplate([.. template[1..].Split('/').Select(SegmentTemplate.Parse)])
            : null;
}

/// <summary>One segment: the literals around its parameters. No parameter: one literal. <c>{name}.json</c>: "", ".json".</summary>
internal sealed class SegmentTemplate
{
    private readonly string[] literals;

    private SegmentTemplate(string[] literals)
    {
        this.literals = literals;
        Shape = string.Join("{}", literals.Select(Uri.EscapeDataString));
    }

    public static SegmentTemplate AnyText { get; } = new(["", ""]);

    public static SegmentTemplate OfLiteral(string literal) => new([literal]);

    public string Shape { get; }

    public IReadOnlyList<string> Literals => literals;

    public bool IsLiteral => literals.Length == 1;

    public string Literal => literals[0];

    /// <summary>A parameter and nothing else.</summary>
    public bool IsWhole => literals is ["", ""];

    public int LiteralLength => literals.Sum(literal => literal.Length);

    public int Parameters => literals.Length - 1;

    public static SegmentTemplate Parse(string text)
    {
        var found = new List<string>();
        var start = 0;
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', start))
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
                break;
            found.Add(Uri.UnescapeDataString(text[start..open]));
            start = close + 1;
        }

        found.Add(Uri.UnescapeDataString(text[start..]));
        return new SegmentTemplate([.. found]);
    }

    /// <summary>Whether each parameter can stand for at least one character of the segment.</summary>
    public bool Matches(ReadOnlySpan<char> segment, StringComparison comparison)
    {
        if (!segment.StartsWith(literals[0], comparison))
            return false;
        segment = segment[literals[0].Length..];
        foreach (var between in literals.AsSpan(1, literals.Length - 2))
        {
            if (segment.IsEmpty)
                return false;
            var at = segment[1..].IndexOf(between, comparison);
            if (at < 0)
                return false;
            segment = segment[(1 + at + between.Length)..];
        }

        var last = literals[^1];
        return segment.Length > last.Length && segment.EndsWith(last, comparison);
    }
}
