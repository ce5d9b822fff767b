using System.Net;

namespace Marketplace.Tokens.Clients;

/// <summary>
/// Slows who guesses. Only the answer to a failure waits, the longer the more failures there were lately for that
/// client or from that address: whoever has the right credential is never made to wait, so nobody can lock a client out.
/// </summary>
internal sealed class FailureDelay(TokenPlaneOptions options, TimeProvider clock)
{
    private const int Free = 5;
    private const int MaxWaiting = 1000;
    private const int MaxCounted = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // Beyond the bound new names are not counted; whoever invents them is counted by address.
    private readonly Generations<object> _failures = new(clock, Window, MaxCounted);
    private int _waiting;

    /// <summary>False if so many wait already that this one is answered at once, with 429.</summary>
    public async ValueTask<bool> WaitAsync(IPAddress? address, string? clientId, CancellationToken cancellation)
    {
        var delay = DelayAfter(Math.Max(Count(address), Count(clientId)), options.MaxFailureDelay);
        if (delay == TimeSpan.Zero)
            return true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
                return false;
            await Task.Delay(delay, cancellation);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Nothing for the first few, then doubling from 50 ms.</summary>
    public static TimeSpan DelayAfter(int failures, TimeSpan longest)
    {
        if (failures <= Free)
            return TimeSpan.Zero;
        var delay = TimeSpan.FromMilliseconds(50L << Math.Min(failures - Free - 1, 20));
        return delay < longest ? delay : longest;
    }

    private int Count(object? key) => key is null ? 0 : _failures.Count(key);
}
