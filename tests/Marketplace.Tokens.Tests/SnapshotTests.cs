using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts.Policy;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public void Above_fifty_operations_the_bitmap_speaks_alone_and_three_hundred_stay_small()
    {
        var line = new ApiLine([.. Enumerable.Range(0, 400).Select(i => (i, $"operation{i}"))]);
        Assert.NotNull(Standing(line, 50).Scope);
        Assert.Null(Standing(line, 51).Scope);
        Assert.True(Standing(line, 300).Operations.Length < 60);
        Assert.Equal("operation7", Standing(line, 300).Narrow("operation7")!.Scope);
    }

    [Fact]
    public void At_any_time_exactly_the_grants_in_force_are_in_the_token()
    {
        var line = new ApiLine([.. Enumerable.Range(0, 20).Select(i => (i, $"operation{i}"))]);
        var periods = Gen.Choose(0, 19).SelectMany(_ => Gen.Choose(0, 100), (index, from) => (index, from))
            .SelectMany(_ => Gen.Choose(1, 100), (p, length) => new GrantPeriod(p.index, (uint)p.from, (uint)(p.from + length)))
            .ArrayOf(6).Select(all => all.DistinctBy(p => p.Index).ToArray());
        var times = Gen.Choose(0, 220).ArrayOf(8);
        Prop.ForAll(periods.Zip(times).ToArbitrary(), pair =>
        {
            // One instance asked at many times: what it keeps must never be stale.
            var grants = new ClientGrants(pair.Item1);
            foreach (var now in pair.Item2)
            {
                var expected = pair.Item1.Where(p => p.From <= now && now < p.Until).Select(p => p.Index).ToArray();
                Assert.Equal(OperationBitmap.Of(expected).ToString(), grants.At(line, now).Operations);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Form_values_survive_the_round_trip_and_broken_ones_are_refused()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            var clean = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);
            Assert.Equal(clean, FormReader.Decode(System.Text.Encoding.ASCII.GetBytes(Uri.EscapeDataString(clean))));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        Assert.Equal("a b", FormReader.Decode("a+b"u8));
        foreach (var broken in new[] { "%", "%4", "%zz", "%c3", "%c3%28", "%ed%a0%80" })
            Assert.Null(FormReader.Decode(System.Text.Encoding.ASCII.GetBytes(broken)));
    }

    private static StandingGrants Standing(ApiLine line, int count) =>
        new ClientGrants([.. Enumerable.Range(0, count).Select(i => new GrantPeriod(i, 0, 100))]).At(line, 50);
}
