namespace Marketplace.Contracts.Usage;

/// <summary>What a report may hold. What is more is refused, so a data plane sends several.</summary>
public static class UsageLimits
{
    /// <summary>Rows of one report.</summary>
    public const int MaxRows = 2_000;

    /// <summary>Bytes of one report.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Calls of one row.</summary>
    public const long MaxCount = 1_000_000_000;

    /// <summary>Calls of one report: more than one instance answers in all the time that a report may be of.</summary>
    public const long MaxCalls = 10_000_000_000;

    /// <summary>Characters of a path in a row; what is longer is reported as its beginning.</summary>
    public const int MaxPath = 200;

    /// <summary>How old a minute may be: so long a data plane keeps what it could not report.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    /// <summary>How far a data plane's clock may be ahead.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(2);
}
