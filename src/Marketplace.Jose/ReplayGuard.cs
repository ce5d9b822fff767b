using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Jose;

/// <summary>Lets each "jti" of each sender pass once in this process, for as long as what carries it can live.</summary>
public sealed class ReplayGuard(TimeProvider clock, TimeSpan longestLife)
{
    // Some 100 MB. Only a client with a valid key gets this far; beyond it nothing is waved through.
    private const int MaxPerGeneration = 1_000_000;

    private readonly Generations<Int128> _used = new(clock, longestLife, MaxPerGeneration);

    /// <summary>True the first time, false ever after.</summary>
    public bool TryUse(string sender, string id) => TryUse(KeyOf(sender, id));

    /// <inheritdoc cref="TryUse(string, string)"/>
    public bool TryUse(Int128 key) => _used.TryFirst(key);

    /// <summary>Whether one that did not pass may well be new: there was no room to remember it.</summary>
    public bool HasNoRoomFor(Int128 key) => _used.HasNoRoomFor(key);

    /// <summary>128 bits of SHA-256 over both, which stand for them.</summary>
    public static Int128 KeyOf(string sender, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{id}"), hash);
        return MemoryMarshal.Read<Int128>(hash);
    }
}
