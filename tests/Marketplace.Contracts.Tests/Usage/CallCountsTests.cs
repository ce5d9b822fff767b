using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Testing;

namespace Marketplace.Contracts.Tests.Usage;

public sealed class CallCountsTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task Every_call_of_many_threads_is_given_out_once()
    {
        var counts = new CallCounts(clock);
        var taken = 0L;
        using var done = new CancellationTokenSource();
        var taking = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                taken += Sum(counts);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
                counts.Add($"app-{i % 7}", i % 5, UsageDecision.Allowed, null, TimeSpan.FromMilliseconds(i % 20), i % 10 == 0);
        })));
        await done.CancelAsync();
        await taking;

        Assert.Equal(200_000, taken + Sum(counts));
    }

    [Fact]
    public void A_row_says_when_who_what_how_often_how_long_and_how_many_failed()
    {
        var counts = new CallCounts(clock);
        counts.Add("app", 3, UsageDecision.Allowed, null, TimeSpan.FromMilliseconds(1), isError: false);
        counts.Add("app", 3, UsageDecision.Allowed, null, TimeSpan.FromMilliseconds(4), isError: true);

        var row = Assert.Single(counts.Take(10).Rows);

        Assert.Equivalent(
            new UsageRow { Minute = clock.GetUtcNow().ToUnixTimeSeconds(), Client = "app", Operation = 3, Decision = "allowed", Count = 2, Errors = 1, Buckets = [1, 0, 1] }, row, strict: true);
    }

    [Fact]
    public void Memory_is_bounded_and_what_has_no_room_is_counted()
    {
        var counts = new CallCounts(clock, maxCells: 100);
        for (var i = 0; i < 150; i++)
            counts.Add($"app-{i}", 1, UsageDecision.Allowed, null, TimeSpan.Zero, false);
        Assert.Equal(100, counts.Count);

        var (rows, dropped) = counts.Take(1000);
        Assert.Equal((100, 50), (rows.Count, dropped));

        clock.Advance(TimeSpan.FromMinutes(3));
        counts.Take(1000);
        Assert.Equal(0, counts.Count);
    }

    [Fact]
    public void In_a_long_outage_old_minutes_become_hours_and_no_call_is_lost()
    {
        var counts = new CallCounts(clock, maxCells: 100);
        for (var minute = 0; minute < 180; minute++)
        {
            counts.Add("app", 1, UsageDecision.Allowed, null, TimeSpan.Zero, false);
            // As each flush does, of which none succeeds.
            counts.Take(0);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        var (rows, dropped) = counts.Take(1000);
        Assert.Equal((180, 0), (rows.Sum(row => row.Count), dropped));
        Assert.Equal([60L, 60L], rows.OrderBy(row => row.Minute).Select(row => row.Count).Take(2));
    }

    [Fact]
    public void What_is_too_old_to_be_taken_is_dropped_and_counted()
    {
        var counts = new CallCounts(clock);
        counts.Add("app", 1, UsageDecision.Allowed, null, TimeSpan.Zero, false);
        clock.Advance(TimeSpan.FromHours(25));

        var (rows, dropped) = counts.Take(10);

        Assert.Equal((0, 1L), (rows.Count, dropped));
    }

    [Fact]
    public void Paths_that_callers_invent_take_bounded_room()
    {
        var counts = new CallCounts(clock);
        for (var i = 0; i < 2_000; i++)
            counts.AddUnmatched(null, ReasonCode.OperationUnknown, "GET", $"/{i}", TimeSpan.Zero, false);
        counts.AddUnmatched(null, ReasonCode.OperationUnknown, "GET", "/new\nline", TimeSpan.Zero, false);

        Assert.Equal(251, counts.Count);
        // Whoever has no good token leaves room for those that have.
        for (var i = 0; i < 2_000; i++)
            counts.AddUnmatched("app", ReasonCode.OperationUnknown, "GET", $"/{i}", TimeSpan.Zero, false);
        Assert.Equal(502, counts.Count);
        Assert.Equal(4_001, counts.Take(2_000).Rows.Sum(row => row.Count));
    }

    private static long Sum(CallCounts counts) => counts.Take(10_000).Rows.Sum(row => row.Count);
}
