namespace Marketplace.Core.Access.Requests;

/// <summary>How a request for endpoints of several lines is said in one line of text.</summary>
public static class RequestWords
{
    /// <summary>Such as <c>3 endpoints of Payments v1 and Cards v2</c>.</summary>
    public static string Endpoints(IReadOnlyCollection<(string Title, int Count)> lines) =>
        $"{Count(lines.Sum(l => l.Count))} of {Lines([.. lines.Select(l => l.Title)])}";

    public static string Lines(IReadOnlyList<string> titles) => titles switch
    {
        [] => "no API",
        [var one] => one,
        [var one, var other] => $"{one} and {other}",
        [var one, ..] => $"{one} and {titles.Count - 1} other APIs",
    };

    public static string All(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>Such as <c>Olivia, Oscar or 3 others</c>.</summary>
    public static string OneOf(IReadOnlyList<string> people) => people switch
    {
        [] => "nobody",
        [var one] => one,
        [var one, var other] => $"{one} or {other}",
        [var one, var other, var third] => $"{one}, {other} or {third}",
        [var one, var other, ..] => $"{one}, {other} or {people.Count - 2} others",
    };

    private static string Count(int count) => count == 1 ? "1 endpoint" : $"{count:N0} endpoints";
}
