using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;

namespace Marketplace.Contracts.Tests.Usage;

public sealed class UsageReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 30, 15, TimeSpan.Zero);
    private static readonly long Minute = Now.ToUnixTimeSeconds() / 60 * 60;

    [Fact]
    public void A_report_is_read_as_it_was_written()
    {
        var sent = Report(
            Row(),
            Row() with { Client = null, Operation = null, Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = "/old/thing" },
            Row() with { Operation = 0, Errors = 3, Count = 3, Buckets = [1, 0, 2] });

        var (report, refusal) = UsageReportReader.Read(JsonSerializer.SerializeToUtf8Bytes(sent, UsageJson.Default.UsageReport), Now);

        Assert.Null(refusal);
        Assert.Equivalent(sent, report, strict: true);
    }

    [Theory]
    [InlineData("", UsageRefusal.Malformed)]
    [InlineData("null", UsageRefusal.Malformed)]
    [InlineData("[]", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments"}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","api":"payments","version":"v1","env":"production","start":1,"seq":1,"rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":1,"rows":[],"more":1}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":1,"rows":[null]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":1,"rows":null}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":"1","rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":1.5,"rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":0,"rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"","version":"v1","env":"production","start":1,"seq":1,"rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"a\u0000","version":"v1","env":"production","start":1,"seq":1,"rows":[]}""", UsageRefusal.Malformed)]
    [InlineData("""{"api":"payments","version":"v1","env":"production","start":1,"seq":1,"rows":[],"dropped":-1}""", UsageRefusal.Counts)]
    public void What_is_no_report_is_refused(string body, string code) =>
        Assert.Equal(code, UsageReportReader.Read(Encoding.UTF8.GetBytes(body), Now).Refusal?.Code);

    [Fact]
    public void Text_that_is_no_UTF_8_is_refused()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Report(Row() with { Client = "mark" }), UsageJson.Default.UsageReport);
        body[body.AsSpan().IndexOf("mark"u8)] = 0xff;

        Assert.Equal(UsageRefusal.Malformed, UsageReportReader.Read(body, Now).Refusal?.Code);
    }

    public static TheoryData<string, string> Forged => new()
    {
        { "a minute that has not begun", UsageRefusal.InFuture },
        { "a minute of the day before yesterday", UsageRefusal.TooOld },
        { "half a minute", UsageRefusal.Row },
        { "no calls", UsageRefusal.Counts },
        { "less than no calls", UsageRefusal.Counts },
        { "more calls than can be", UsageRefusal.Counts },
        { "more calls in all than can be", UsageRefusal.Counts },
        { "more errors than calls", UsageRefusal.Counts },
        { "less than no errors", UsageRefusal.Counts },
        { "a bucket below zero", UsageRefusal.Counts },
        { "buckets that are more than the calls", UsageRefusal.Counts },
        { "buckets that are fewer than the calls", UsageRefusal.Counts },
        { "buckets whose sum overflows", UsageRefusal.Counts },
        { "a bucket too many", UsageRefusal.Counts },
        { "an operation below zero", UsageRefusal.Row },
        { "an operation that no policy has room for", UsageRefusal.Row },
        { "an unknown decision", UsageRefusal.Row },
        { "an unknown reason", UsageRefusal.Row },
        { "a refusal without a reason", UsageRefusal.Row },
        { "an allowed call with a reason", UsageRefusal.Row },
        { "an allowed call of nobody", UsageRefusal.Row },
        { "an allowed call of nothing", UsageRefusal.Row },
        { "a client with a line break", UsageRefusal.Row },
        { "a path where the operation is known", UsageRefusal.Row },
        { "a path that is too long", UsageRefusal.Row },
        { "too many rows", UsageRefusal.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public void What_cannot_be_is_refused(string what, string code)
    {
        var unmatched = Row() with { Operation = null, Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = "/x" };
        UsageRow[] rows = what switch
        {
            "a minute that has not begun" => [Row() with { Minute = Minute + 180 }],
            "a minute of the day before yesterday" => [Row() with { Minute = Minute - (25 * 3600) }],
            "half a minute" => [Row() with { Minute = Minute - 30 }],
            "no calls" => [Row() with { Count = 0, Buckets = [] }],
            "less than no calls" => [Row() with { Count = -1 }],
            "more calls than can be" => [Row() with { Count = UsageLimits.MaxCount + 1, Buckets = [UsageLimits.MaxCount + 1] }],
            "more calls in all than can be" => [.. Enumerable.Repeat(Row() with { Count = UsageLimits.MaxCount, Buckets = [UsageLimits.MaxCount] }, 11)],
            "more errors than calls" => [Row() with { Errors = 3 }],
            "less than no errors" => [Row() with { Errors = -1 }],
            "a bucket below zero" => [Row() with { Buckets = [3, -1] }],
            "buckets that are more than the calls" => [Row() with { Buckets = [2, 1] }],
            "buckets that are fewer than the calls" => [Row() with { Buckets = [1] }],
            "buckets whose sum overflows" => [Row() with { Buckets = [long.MaxValue, long.MaxValue, 4] }],
            "a bucket too many" => [Row() with { Buckets = [2, .. Enumerable.Repeat(0L, LatencyBuckets.Count)] }],
            "an operation below zero" => [Row() with { Operation = -1 }],
            "an operation that no policy has room for" => [Row() with { Operation = 65_536 }],
            "an unknown decision" => [Row() with { Decision = "maybe" }],
            "an unknown reason" => [Row() with { Decision = "refused", Reason = "felt_like_it" }],
            "a refusal without a reason" => [Row() with { Decision = "refused" }],
            "an allowed call with a reason" => [Row() with { Reason = ReasonCode.GrantEnded }],
            "an allowed call of nobody" => [Row() with { Client = null }],
            "an allowed call of nothing" => [Row() with { Operation = null }],
            "a client with a line break" => [Row() with { Client = "a\nb" }],
            "a path where the operation is known" => [unmatched with { Operation = 1 }],
            "a path that is too long" => [unmatched with { Path = "/" + new string('x', UsageLimits.MaxPath) }],
            _ => [.. Enumerable.Repeat(Row(), UsageLimits.MaxRows + 1)],
        };

        Assert.Equal(code, UsageReportReader.Read(JsonSerializer.SerializeToUtf8Bytes(Report(rows), UsageJson.Default.UsageReport), Now).Refusal?.Code);
    }

    [Fact]
    public void Every_reason_code_may_be_reported()
    {
        var codes = typeof(ReasonCode).GetFields().Where(field => field.IsLiteral && !field.Name.EndsWith("Header", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.True(ReasonCode.IsKnown(code), code));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.001, 1)]
    [InlineData(10_000, 12)]
    [InlineData(10_000.1, 13)]
    public void A_call_is_in_the_bucket_of_the_first_bound_that_holds_it(double milliseconds, int bucket) =>
        Assert.Equal(bucket, LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void A_percentile_is_the_bound_of_its_bucket()
    {
        long[] buckets = [90, 0, 9, 1];

        Assert.Equal(1, LatencyBuckets.Percentile(buckets, 0.9));
        Assert.Equal(5, LatencyBuckets.Percentile(buckets, 0.99));
        Assert.Equal(10, LatencyBuckets.Percentile(buckets, 1));
        Assert.Null(LatencyBuckets.Percentile([], 0.5));
    }

    private static UsageReport Report(params UsageRow[] rows) => new()
    {
        Api = "payments", Version = "v1", Environment = "production", Start = 1_760_000_000_000, Sequence = 7, Rows = rows,
    };

    private static UsageRow Row() => new()
    {
        Minute = Minute, Client = "mobile-app", Operation = 3, Decision = UsageDecision.Allowed, Count = 2, Buckets = [0, 2],
    };
}
