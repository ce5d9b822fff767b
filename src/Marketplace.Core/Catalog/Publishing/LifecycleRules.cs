using Marketplace.Core.Access;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>
/// Which way a line may go. Draft, published, deprecated with an end, retired: nobody who relies on a line loses it
/// without having been told before, or without the reason.
/// </summary>
internal static class LifecycleRules
{
    public const int MaximumReason = 2000;

    public static IEnumerable<Problem> Check(ApiVersion line, ChangeVersionInput input, ConsumerCounts consumers, DateTimeOffset now)
    {
        if (!Enum.IsDefined(input.Lifecycle))
            return [new("lifecycle_unknown", "Choose draft, published, deprecated or retired.", "lifecycle")];
        if (line.Lifecycle is Lifecycle.Retired)
            return [new("lifecycle_final", $"{line.Version} is retired for good: its grants have ended. Publish a new version instead.", "lifecycle")];
        if (input.Reason?.Length > MaximumReason)
            return [new("reason_length", $"Say why in at most {MaximumReason} characters.", "reason")];
        return input.Lifecycle switch
        {
            Lifecycle.Draft when line.Lifecycle is not Lifecycle.Draft =>
                [new("lifecycle_backwards", "What was published cannot be a draft again; retire it instead.", "lifecycle")],
            Lifecycle.Draft => [],
            _ when line.Revision == 0 => [new("lifecycle_no_document", "Publish a document first.", "lifecycle")],
            Lifecycle.Published => [],
            _ when line.Lifecycle is Lifecycle.Draft =>
                [new("lifecycle_publish_first", "Nobody has relied on a draft: publish it, or leave it as it is.", "lifecycle")],
            Lifecycle.Deprecated => CheckSunset(line, input, now),
            _ => CheckRetirement(line, input, consumers, now),
        };
    }

    private static IEnumerable<Problem> CheckSunset(ApiVersion line, ChangeVersionInput input, DateTimeOffset now)
    {
        // A line that is overdue may still be corrected otherwise.
        var stays = line.Lifecycle is Lifecycle.Deprecated && input.SunsetAt == line.SunsetAt;
        if (!stays && !(input.SunsetAt > now))
            yield return new("sunset_missing", "Say until when consumers can rely on it: a date in the future.", "sunsetAt");
    }

    private static IEnumerable<Problem> CheckRetirement(ApiVersion line, ChangeVersionInput input, ConsumerCounts consumers, DateTimeOffset now)
    {
        if (consumers.Grants == 0)
            yield break;
        if (line.Lifecycle is Lifecycle.Published)
            yield return new("lifecycle_deprecate_first", $"{Those(consumers)} may call it. Deprecate it first, so that their teams are told by when to move.", "lifecycle");
        else if (line.SunsetAt > now && string.IsNullOrWhiteSpace(input.Reason))
            yield return new("reason_missing", $"{Those(consumers)} were promised {line.Version} until {line.SunsetAt:yyyy-MM-dd}. Say why it ends before; they will read it.", "reason");
    }

    private static string Those(ConsumerCounts consumers) =>
        $"{consumers.Applications} application{(consumers.Applications == 1 ? "" : "s")} of {consumers.Teams} team{(consumers.Teams == 1 ? "" : "s")}";
}
