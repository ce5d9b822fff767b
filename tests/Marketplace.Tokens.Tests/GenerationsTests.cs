using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

public sealed class GenerationsTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void A_key_is_first_once_and_again_only_after_two_generations()
    {
        var seen = new Generations<string>(_clock, Length, capacity: 10);
        Assert.True(seen.TryFirst("a"));
        Assert.False(seen.TryFirst("a"));
        _clock.Advance(Length);
        Assert.False(seen.TryFirst("a"));
        _clock.Advance(2 * Length);
        Assert.True(seen.TryFirst("b"));
        _clock.Advance(Length);
        Assert.True(seen.TryFirst("a"));
    }

    [Fact]
    public void Without_room_nothing_new_passes_and_what_is_known_still_counts()
    {
        var seen = new Generations<int>(_clock, Length, capacity: 2);
        Assert.Equal(1, seen.Count(1));
        Assert.Equal(1, seen.Count(2));
        Assert.Equal(0, seen.Count(3));
        Assert.Equal(2, seen.Count(1));
        Assert.False(seen.TryFirst(4));
        _clock.Advance(Length);
        Assert.True(seen.TryFirst(4));
        Assert.Equal(3, seen.Count(1));
    }

    [Fact]
    public void Of_many_at_once_at_most_one_is_first_while_generations_turn()
    {
        var seen = new Generations<int>(_clock, TimeSpan.FromSeconds(1), capacity: 1_000_000);
        for (var round = 0; round < 2_000; round++)
        {
            var first = 0;
            Parallel.For(0, 4, i =>
            {
                if (i == 0)
                    _clock.Advance(TimeSpan.FromSeconds(1));
                if (seen.TryFirst(round))
                    Interlocked.Increment(ref first);
            });
            Assert.InRange(first, 0, 1);
        }
    }
}
