using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Marketplace.Jose;

namespace Marketplace.Tokens.Clients;

/// <summary>
/// Slows who guesses. Only the answer to a failure waits, the longer the more failures there were lately for that
/// client or from that address: whoever has the right credential is never made to wait, so nobody can lock a client out.
/// </summary>
internal sealed class FailureDelay(TokenPlaneOptions options, TimeProvider clock)
{
    private const int Free = 5;
    private const int MaxWaiting = 1000;
    private const int Buckets = 1 << 16;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // By hash, which nobody outside can foresee: invented names take no room and push nobody out. Who shares a bucket
    // with one that is guessed at waits with it, when wrong.
    private readonly Generations<int> _failures = new(clock, Window, 2 * Buckets);
    private int _waiting;

    /// <summary>False if so many wait already that this one is answered at once, with 429.</summary>
    public async ValueTask<bool> WaitAsync(IPAddress? address, string? clientId, CancellationToken cancellation)
    {
        var byAddress = address is null ? 0 : _failures.Count(Bucket(address));
        var byClient = clientId is null ? 0 : _failures.Count(Buckets + (StringComparer.Ordinal.GetHashCode(clientId) & (Buckets - 1)));
        var delay = DelayAfter(Math.Max(byAddress, byClient), options.MaxFailureDelay);
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

    /// <summary>Of IPv6 the network: whoever has one address has 2^64 (RFC 4291 §2.5.1).</summary>
    private static int Bucket(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return (address.AddressFamily == AddressFamily.InterNetworkV6
            ? HashCode.Combine(BinaryPrimitives.ReadInt64BigEndian(bytes))
            : HashCode.Combine(BinaryPrimitives.ReadInt32BigEndian(bytes))) & (Buckets - 1);
    }
}
