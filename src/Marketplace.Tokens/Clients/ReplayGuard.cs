using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Tokens.Clients;

/// <summary>Lets each "jti" of each sender pass once in this process, for as long as what carries it can live.</summary>
internal sealed class ReplayGuard(TimeProvider clock)
{
    // Longer than an assertion can live: 300 s ahead, and 10 s of skew at both ends.
    private static readonly TimeSpan Generation = TimeSpan.FromSeconds(330);

    // Some 100 MB. Only a client with a valid key gets this far; beyond it assertions are refused, not waved through.
    private const int MaxPerGeneration = 1_000_000;

    private readonly Generations<Int128> _used = new(clock, Generation, MaxPerGeneration);

    /// <summary>True the first time, false ever after.</summary>
    public bool TryUse(string sender, string id) => TryUse(KeyOf(sender, id));

    /// <inheritdoc cref="TryUse(string, string)"/>
    public bool TryUse(Int128 key) => _used.TryFirst(key);

    public static Int128 KeyOf(string sender, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{id}"), hash);
        return MemoryMarshal.Read<Int128>(hash);
    }
}
