namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>What an operator may want otherwise; everything else is fixed.</summary>
internal sealed record BalancingOptions
{
    public string? Zone { get; init; }

    /// <summary>Until an instance that came, or came back, gets its whole part.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row that put an instance out; two for each that could not be reached.</summary>
    public int FailuresToEject { get; init; } = 4;

    /// <summary>Answers in a row that were so many times slower than usual put an instance out.</summary>
    public int SlowToEject { get; init; } = 3;

    public TimeSpan FirstEjection { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestEjection { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So many times slower than the usual answer is slow.</summary>
    public double SlowerToEject { get; init; } = 5;

    /// <summary>Quicker than this nobody is slow.</summary>
    public TimeSpan SlowAtLeast { get; init; } = TimeSpan.FromMilliseconds(50);
}
