namespace Marketplace.Core.Applications.KeySets;

/// <summary>How often a key set is fetched.</summary>
public sealed record KeySetTimes
{
    /// <summary>Without a word of the server about it.</summary>
    public TimeSpan Usual { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>However short the server says that its answer stays fresh.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>However long: a key that is gone from the set works no longer than this.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How soon after the last time when somebody asks for it: whoever sends us unknown keys moves us to no more.</summary>
    public TimeSpan Asked { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long something is wrong before the team is told: a restart of its server is no news.</summary>
    public TimeSpan Told { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>When another replica takes over from one that was to fetch and has not said how it went.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    internal TimeSpan Until(TimeSpan? maxAge) => Within(maxAge ?? Usual);

    /// <summary>As long again as it has been failing.</summary>
    internal TimeSpan AfterFailure(TimeSpan failingFor) => Within(failingFor);

    private TimeSpan Within(TimeSpan wish) => wish < Shortest ? Shortest : wish > Longest ? Longest : wish;
}
