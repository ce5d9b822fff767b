using System.Buffers;
using System.Text.Json;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Usage;

/// <summary>From the body of a request to a report of which everything can be counted, or the reason why not.</summary>
public static class UsageReportReader
{
    private const int MaxName = 100;
    private const int MaxMethod = 20;
    private const long MaxDropped = 1_000_000_000_000;
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

    /// <summary>Reads and judges; one of the two comes back.</summary>
    public static (UsageReport? Report, UsageRefusal? Refusal) Read(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (body.Length > UsageLimits.MaxBytes)
            return (null, new(UsageRefusal.TooLarge, UsageRefusal.TooLargeDetail));
        UsageReport? report;
        try
        {
            report = JsonSerializer.Deserialize(body, UsageJson.Default.UsageReport);
        }
        catch (JsonException e)
        {
            return (null, new(UsageRefusal.Malformed, $"This is no usage report{(e.Path is { Length: > 0 and <= 100 } path ? $": look at {path}" : "")}."));
        }

        return report is null ? (null, new(UsageRefusal.Malformed, "This is no usage report."))
            : Problem(report, now.ToUnixTimeSeconds()) is { } problem ? (null, problem) : (report, null);
    }

    private static UsageRefusal? Problem(UsageReport report, long now)
    {
        if (!IsName(report.Api) || !IsName(report.Version) || !IsName(report.Environment))
            return new(UsageRefusal.Malformed, "api, version and env must name the line that was called.");
        if (report.Start <= 0 || report.Sequence < 1)
            return new(UsageRefusal.Malformed, "start must be a time in milliseconds since 1970, and seq a number from 1.");
        if (report.Rows.Count > UsageLimits.MaxRows)
            return new(UsageRefusal.TooLarge, $"A report has at most {UsageLimits.MaxRows} rows. Send several.");
        if (report.Dropped is < 0 or > MaxDropped)
            return new(UsageRefusal.Counts, "dropped must be a count.");
        var calls = 0L;
        foreach (var row in report.Rows)
        {
            if (row is null)
                return new(UsageRefusal.Malformed, "A row is missing.");
            if (TimeProblem(row.Minute, now) is { } time)
                return time;
            if (!CountsHold(row))
                return new(UsageRefusal.Counts, $"count must be 1 to {UsageLimits.MaxCount} and the sum of at most {LatencyBuckets.Count} buckets; errors must not be more.");
            calls += row.Count;
            // So many that sums of them overflow is no use to anybody but who wants the pages that show them to fail.
            if (calls > UsageLimits.MaxCalls)
                return new(UsageRefusal.Counts, $"A report has at most {UsageLimits.MaxCalls} calls in all.");
            if (RowProblem(row) is { } wrong)
                return new(UsageRefusal.Row, wrong);
        }

        return null;
    }

    private static UsageRefusal? TimeProblem(long minute, long now)
    {
        if (minute % 60 != 0)
            return new(UsageRefusal.Row, "minute must be the first second of a minute, since 1970.");
        if (minute > now + (long)UsageLimits.MaxAhead.TotalSeconds)
            return new(UsageRefusal.InFuture, "A minute lies ahead. Set this machine's clock.");
        // The minute itself and the report's own way on top.
        return minute < now - (long)UsageLimits.MaxAge.TotalSeconds - 120
            ? new(UsageRefusal.TooOld, $"A minute is older than {UsageLimits.MaxAge.TotalHours:0} hours. What is older is not counted any more.")
            : null;
    }

    private static bool CountsHold(UsageRow row)
    {
        if (row.Count is < 1 or > UsageLimits.MaxCount || row.Errors < 0 || row.Errors > row.Count || row.Buckets.Count > LatencyBuckets.Count)
            return false;
        var left = row.Count;
        foreach (var calls in row.Buckets)
        {
            if (calls < 0 || calls > left)
                return false;
            left -= calls;
        }

        return left == 0;
    }

    private static string? RowProblem(UsageRow row)
    {
        if (row.Client is { } client && !IsName(client))
            return "client must be a client id.";
        if (row.Operation is < 0 or >= OperationBitmap.MaxBytes * 8)
            return "op must be an operation's index, 0 to 65535.";
        var isAllowed = row.Decision == UsageDecision.Allowed;
        if (!isAllowed && row.Decision is not (UsageDecision.Refused or UsageDecision.LetThrough))
            return "decision must be allowed, refused or let_through.";
        if (isAllowed ? row.Reason is not null : row.Reason is null || !ReasonCode.IsKnown(row.Reason))
            return "reason must be a reason code where a call was not allowed, and missing where it was.";
        if (isAllowed && (row.Client is null || row.Operation is null))
            return "An allowed call has a client and an operation.";
        if (row.Method is null && row.Path is null)
            return null;
        return row is { Decision: UsageDecision.LetThrough, Operation: null, Path: ['/', ..] and { Length: <= UsageLimits.MaxPath }, Method.Length: > 0 and <= MaxMethod }
            && IsVisible(row.Path) && IsVisible(row.Method)
            ? null : "method and path belong to calls that were let through without an operation; the path is visible ASCII of at most 200 characters.";
    }

    private static bool IsName(string text) => text.Length is > 0 and <= MaxName && IsVisible(text);

    private static bool IsVisible(string text) => !text.AsSpan().ContainsAnyExcept(Visible);
}
