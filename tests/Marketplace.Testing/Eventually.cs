namespace Marketplace.Testing;

/// <summary>For what another process does in its own time; <c>within</c> is what it takes on a machine of its own.</summary>
public static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition, TimeSpan within) => HoldsAsync(() => Task.FromResult(condition()), within);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (TimeProvider.System.GetElapsedTime(began) < Busy.Allow(within))
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception notYet) when (notYet is not OperationCanceledException)
            {
                last = notYet;
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"It did not come to hold within {within}.", last);
    }
}
