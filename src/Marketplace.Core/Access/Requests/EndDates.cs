using Marketplace.Core.Catalog;

namespace Marketplace.Core.Access.Requests;

/// <summary>How long access may last, where, and why no longer.</summary>
/// <param name="Environment">Null for every environment.</param>
/// <param name="Classification">Null for every classification.</param>
public sealed record EndDateRule(string? Environment, Classification? Classification, int Days, string Reason)
{
    public DateTimeOffset Latest(DateTimeOffset now) => now.AddDays(Days);
}

/// <summary>The one place that bounds an end date; whoever runs the marketplace says how.</summary>
public sealed class EndDates(IReadOnlyList<EndDateRule> rules)
{
    /// <summary>Nothing lasts longer, whatever the rules say.</summary>
    public const int MaximumDays = 366;

    private static readonly EndDateRule AtMost = new(null, null, MaximumDays, "Access lasts at most a year; then it is asked for again.");

    public static EndDates Usual { get; } = new([]);

    /// <summary>The strictest rule that holds there for an API of any of these classifications.</summary>
    public EndDateRule For(string environment, IEnumerable<Classification> classifications)
    {
        var data = classifications.ToHashSet();
        return rules.Append(AtMost)
            .Where(r => (r.Environment is null || r.Environment == environment) && (r.Classification is not { } one || data.Contains(one)))
            .MinBy(r => r.Days)!;
    }

    /// <summary>A day is included: access ends when it is over in UTC.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero);

    /// <summary>The day is over, whatever is asked for.</summary>
    public static Problem? CheckPast(DateTimeOffset until, DateTimeOffset now) =>
        until <= now ? new("until_past", "Choose an end date in the future.", "until") : null;

    public Problem? CheckBound(DateTimeOffset until, DateTimeOffset now, string environment, IEnumerable<Classification> classifications)
    {
        var rule = For(environment, classifications);
        return until <= rule.Latest(now) ? null : new(
            "until_too_far", $"Choose {rule.Latest(now):yyyy-MM-dd} or earlier, {rule.Days} days ahead. {rule.Reason}", "until");
    }
}
