namespace Marketplace.Contracts.Usage;

/// <summary>Why a report was not taken.</summary>
/// <param name="Code">One of the constants.</param>
/// <param name="Detail">A sentence for its sender.</param>
public sealed record UsageRefusal(string Code, string Detail)
{
    /// <summary>Larger than <see cref="UsageLimits.MaxBytes"/>, or more rows than <see cref="UsageLimits.MaxRows"/>.</summary>
    public const string TooLarge = "report_too_large";

    /// <summary>What the sender of too many bytes is told.</summary>
    public static readonly string TooLargeDetail = $"A report has at most {UsageLimits.MaxBytes} bytes. Send several.";

    /// <summary>Not the JSON that <see cref="UsageReport"/> describes.</summary>
    public const string Malformed = "report_malformed";

    /// <summary>A minute that has not begun.</summary>
    public const string InFuture = "minute_in_future";

    /// <summary>A minute older than <see cref="UsageLimits.MaxAge"/>.</summary>
    public const string TooOld = "minute_too_old";

    /// <summary>Numbers that cannot be: negative, beyond the limits, or a sum that does not hold.</summary>
    public const string Counts = "counts_invalid";

    /// <summary>A row that cannot be: an unknown decision or reason, or a client, operation or path where there is none.</summary>
    public const string Row = "row_invalid";
}
