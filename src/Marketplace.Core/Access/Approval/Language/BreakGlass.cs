namespace Marketplace.Core.Access.Approval.Language;

/// <summary>What may be taken in an incident without anybody's approval: <c>break glass for internal, confidential in production up to 4 hours</c>.</summary>
/// <param name="Classifications">Of the API's data. What no sentence names, nobody takes.</param>
/// <param name="Environments">None for every environment.</param>
/// <param name="Hours">It lasts no longer.</param>
public sealed record BreakGlass(IReadOnlyList<string> Classifications, IReadOnlyList<string> Environments, int Hours, int Line)
{
    /// <summary>Whoever needs it longer asks for access.</summary>
    public const int MostHours = 24;

    public bool Fits(string classification, string environment) =>
        Classifications.Contains(classification, StringComparer.Ordinal) && (Environments.Count == 0 || Environments.Contains(environment, StringComparer.Ordinal));

    /// <summary>As the language writes it.</summary>
    public override string ToString() =>
        $"break glass for {string.Join(", ", Classifications)}{(Environments.Count == 0 ? "" : $" in {string.Join(", ", Environments)}")} up to {Hours} {(Hours == 1 ? "hour" : "hours")}";
}
