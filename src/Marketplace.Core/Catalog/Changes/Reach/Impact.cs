namespace Marketplace.Core.Catalog.Changes.Reach;

/// <summary>Whom a change hits: those who hold a grant, now, for what it breaks.</summary>
/// <param name="Applications">How many in all.</param>
/// <param name="Teams">Of how many teams.</param>
/// <param name="Operations">Per endpoint that is broken, the most used first; those that nobody is granted are left out.</param>
/// <param name="Consumers">The applications that the reader may know of, at most <see cref="ImpactReader.MostConsumers"/>.</param>
public sealed record Impact(int Applications, int Teams, IReadOnlyList<OperationImpact> Operations, IReadOnlyList<Consumer> Consumers)
{
    public static Impact None { get; } = new(0, 0, [], []);

    public string Words => $"{Count(Applications, "application")} of {Count(Teams, "team")}";

    /// <summary>Such as "14 applications of 9 teams hold a grant".</summary>
    public string Sentence => $"{Words} {(Applications == 1 ? "holds" : "hold")} a grant";

    internal static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}

/// <param name="Environments">How many applications hold a grant there, per environment.</param>
public sealed record OperationImpact(
    Guid Id, string Key, string Method, string Path, int Applications, int Teams, IReadOnlyDictionary<string, int> Environments)
{
    public string Words => $"{Impact.Count(Applications, "application")} of {Impact.Count(Teams, "team")} {(Applications == 1 ? "holds" : "hold")} a grant";
}

/// <param name="Operations">The keys of the broken endpoints that it may call there.</param>
public sealed record Consumer(string ClientId, string Application, string Team, string TeamTitle, string Environment, string[] Operations);
