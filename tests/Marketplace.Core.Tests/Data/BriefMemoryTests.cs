using Marketplace.Core.Data;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Data;

public sealed class BriefMemoryTests
{
    [Fact]
    public async Task What_many_ask_for_at_once_is_read_once_and_again_when_its_time_is_over()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var memory = new BriefMemory<string, int>(clock, TimeSpan.FromSeconds(30), most: 2);
        var (reads, answer) = (0, new TaskCompletionSource<int>());
        Task<int> Read()
        {
            reads++;
            return answer.Task;
        }

        var asked = Enumerable.Range(0, 5).Select(_ => memory.GetAsync("line", Read)).ToList();
        answer.SetResult(7);
        Assert.All(await Task.WhenAll(asked), value => Assert.Equal(7, value));
        clock.Advance(TimeSpan.FromSeconds(29));
        await memory.GetAsync("line", Read);
        Assert.Equal(1, reads);
        clock.Advance(TimeSpan.FromSeconds(1));
        await memory.GetAsync("line", Read);
        Assert.Equal(2, reads);

        // What failed is not kept, and no more than it may hold.
        await Assert.ThrowsAsync<TimeoutException>(() => memory.GetAsync("other", () => Task.FromException<int>(new TimeoutException())));
        Assert.Equal(7, await memory.GetAsync("other", Read));
        await memory.GetAsync("third", Read);
        await memory.GetAsync("line", Read);
        Assert.Equal(5, reads);
    }
}
