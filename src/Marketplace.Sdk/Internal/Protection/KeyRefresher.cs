using Microsoft.Extensions.Hosting;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Fetches the keys in the background, so that no request waits for it.</summary>
internal sealed class KeyRefresher(KeyRing keys, TimeProvider time) : BackgroundService
{
    // The marketplace lets its key set be cached for 300 s and announces a key a day before it signs.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var good = await keys.RefreshAsync();
            pause = good ? Interval : TimeSpan.FromTicks(Math.Min(Interval.Ticks, pause.Ticks * 2));
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (good)
                pause = FirstPause;
        }
    }
}
