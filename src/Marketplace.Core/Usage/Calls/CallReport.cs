using Marketplace.Core.Usage.Anomalies;

namespace Marketplace.Core.Usage.Calls;

/// <param name="Start">When this part of the time began.</param>
/// <param name="Served">Calls that were let through, in shadow mode also those that would be refused.</param>
/// <param name="Refused">Calls that were not.</param>
/// <param name="Errors">Served calls that the service answered with 5xx.</param>
/// <param name="P50">Half of the served calls took at most so many milliseconds; null without any.</param>
/// <param name="P95">95 of 100.</param>
public sealed record CallPoint(DateTimeOffset Start, long Served, long Refused, long Errors, double? P50, double? P95)
{
    public long Calls => Served + Refused;
}

/// <param name="Reason">A reason code.</param>
/// <param name="LetThrough">Of these, those that shadow mode let through.</param>
public sealed record CallReasonRow(string Reason, long Calls, long LetThrough);

/// <param name="ClientId">Empty where no good token said one.</param>
/// <param name="Application">Its name; the client id where there is none.</param>
public sealed record CallerRow(string ClientId, string Application, string? TeamTitle, long Calls, long Refused, long Errors, DateTimeOffset LastAt);

/// <param name="Key">Null for calls that no endpoint matched.</param>
/// <param name="NotGranted">Calls for which a grant was missing or had ended, let through or not: what one can ask for.</param>
public sealed record CalledRow(
    string Api, string Version, string Environment, string? Key, string? Method, string? Path, long Calls, long Refused, long NotGranted, long Errors, DateTimeOffset LastAt);

/// <summary>Calls of one line in one environment, or of one of its endpoints, or of one application anywhere.</summary>
/// <param name="IsTold">Some data plane ever told of calls here; without, there is nothing to say, not even that there were none.</param>
/// <param name="SeesAll">All calls, and not just those of the reader's own applications.</param>
/// <param name="Points">One per part of the range.</param>
/// <param name="Callers">Who called most; of an application, none.</param>
/// <param name="Called">What was called most.</param>
public sealed record CallReport(
    CallRange Range, bool IsTold, bool SeesAll, IReadOnlyList<CallPoint> Points, double? P50, double? P95,
    IReadOnlyList<CallReasonRow> Reasons, IReadOnlyList<CallerRow> Callers, IReadOnlyList<CalledRow> Called)
{
    public long Calls => Points.Sum(p => p.Calls);

    public long Refused => Points.Sum(p => p.Refused);

    public long Errors => Points.Sum(p => p.Errors);
}

/// <summary>One row of the plot: counts per bucket of the served calls beside the sums.</summary>
internal sealed record CallPointRow(DateTimeOffset Start, long Served, long Refused, long Errors, long[] Buckets)
{
    public CallPoint Point => new(Start, Served, Refused, Errors, LatencyQuantile.Of(Buckets, 0.5), LatencyQuantile.Of(Buckets, 0.95));
}
