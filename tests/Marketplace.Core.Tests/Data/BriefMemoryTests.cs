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
            Interlocked.Increment(ref reads);
            return answer.Task;
        }

        var asked = Enumerable.Range(0, 5).Select(_ => memory.GetAsync("line", Read)).ToList();
        answer.SetResult(7);
        Assert.All(await Task.WhenAll(asked), value => Assert.Equal(7, value));
        clock.Advance(TimeSpan.FromSeconds(29));
        await memory.GetAsync("line", Read);
        Assert.Equal(1, reads);
        // Nobody waits for what is added up anew.
        clock.Advance(TimeSpan.FromSeconds(1));
        answer = new();
        Assert.All(await Task.WhenAll(memory.GetAsync("line", Read), memory.GetAsync("line", Read)), value => Assert.Equal(7, value));
        answer.SetResult(8);
        await Until(async () => await memory.GetAsync("line", Read) == 8);
        Assert.Equal(2, reads);
        // What nobody asked for in long is not shown any more.
        clock.Advance(TimeSpan.FromMinutes(3));
        answer = new();
        var waiting = memory.GetAsync("line", Read);
        Assert.False(waiting.IsCompleted);
        answer.SetResult(9);
        Assert.Equal(9, await waiting);

        // What failed is not kept, and no more than it may hold.
        await Assert.ThrowsAsync<TimeoutException>(() => memory.GetAsync("other", () => Task.FromException<int>(new TimeoutException())));
        Assert.Equal(9, await memory.GetAsync("other", Read));
        await memory.GetAsync("third", Read);
        await memory.GetAsync("line", Read);
        Assert.Equal(6, reads);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
            await Task.Yield();
    }
}
