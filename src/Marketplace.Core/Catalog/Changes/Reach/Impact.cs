namespace Marketplace.Core.Catalog.Changes.Reach;

/// <summary>Whom a change hits: those who hold a grant, now, for what it breaks.</summary>
/// <param name="Applications">How many in all.</param>
/// <param name="Teams">Of how many teams.</param>
/// <param name="Operations">Per endpoint that is broken, the most used first; those that nobody is granted are left out.</param>
/// <param name="Consumers">The applications that the reader may know of, at most <see cref="ImpactReader.MostConsumers"/>, those that called last first.</param>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record Impact(int Applications, int Teams, IReadOnlyList<OperationImpact> Operations, IReadOnlyList<Consumer> Consumers, int? Calling)
{
    public static Impact None { get; } = new(0, 0, [], [], null);

    public string Words => $"{Count(Applications, "application")} of {Count(Teams, "team")}";

    /// <summary>Such as "14 applications of 9 teams hold a grant".</summary>
    public string Sentence => $"{Words} {(Applications == 1 ? "holds" : "hold")} a grant";

    /// <summary>Such as "6 of them called it in the last 30 days"; null where no data plane tells of calls.</summary>
    public string? CallingSentence => Called(Applications, Calling);

    internal static string? Called(int applications, int? calling) => calling switch
    {
        null => null,
        _ when applications == 1 => calling == 0 ? "it did not call it in the last 30 days" : "it called it in the last 30 days",
        0 => "none of them called it in the last 30 days",
        var some when some == applications => $"all {applications} called it in the last 30 days",
        _ => $"{calling} of them called it in the last 30 days",
    };

    internal static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}

/// <param name="Environments">How many applications hold a grant there, per environment.</param>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record OperationImpact(
    Guid Id, string Key, string Method, string Path, int Applications, int Teams, IReadOnlyDictionary<string, int> Environments, int? Calling)
{
    public string Words => $"{Impact.Count(Applications, "application")} of {Impact.Count(Teams, "team")} {(Applications == 1 ? "holds" : "hold")} a grant";

    public string? CallingSentence => Impact.Called(Applications, Calling);
}

/// <param name="Operations">The keys of the broken endpoints that it may call there.</param>
/// <param name="LastCalledAt">The minute of its last allowed call of one of them there, as far as data planes told.</param>
public sealed record Consumer(
    string ClientId, string Application, string Team, string TeamTitle, string Environment, string[] Operations, DateTimeOffset? LastCalledAt);
