using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// Tokens that were verified before, so that each costs one signature. Only good ones come in, so its size is in the
/// hands of clients with valid credentials alone; and of these none holds more than its share, beyond which its own
/// oldest make room. Finding takes no lock.
/// </summary>
internal sealed class TokenCache
{
    /// <summary>For some 50,000 tokens of ordinary size.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>For some 800 tokens: a client of 400 instances, each renewing its token before the old one ends.</summary>
    public const int MaxBytesOfClient = MaxBytes / 64;

    // Objects and dictionary entries, as measured; what varies is added to it.
    private const int BytesOfEntry = 470;

    private readonly ConcurrentDictionary<JwsDigest, Entry> entries = new();
    private readonly Dictionary<string, Share> shares = new(StringComparer.Ordinal);
    private AgeList<Entry, OfAll> byAge;
    private readonly Lock gate = new();
    private long bytes;

    public int Count => entries.Count;

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>The same text, or null: what was signed by its digest, the signature byte by byte.</summary>
    public VerifiedToken? Find(in HashedToken token) =>
        entries.TryGetValue(token.Digest, out var entry) && Has(token.Signature, entry.Token.Signature.Span) ? entry.Token : null;

    public void Add(in JwsDigest digest, VerifiedToken token, DateTimeOffset now)
    {
        var entry = new Entry(digest, token);
        if (entry.Bytes > MaxBytesOfClient)
            return;
        lock (gate)
        {
            if (!entries.TryAdd(digest, entry))
                return;
            ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(shares, token.ClientId, out _);
            share ??= new Share();
            share.ByAge.Add(entry);
            byAge.Add(entry);
            share.Bytes += entry.Bytes;
            bytes += entry.Bytes;
            while (share.Bytes > MaxBytesOfClient)
                Remove(share.ByAge.Oldest!);
            while (byAge.Oldest is { } oldest && (bytes > MaxBytes || oldest.HasEnded(now)))
                Remove(oldest);
        }
    }

    /// <summary>It has expired, or its key was withdrawn.</summary>
    public void Drop(in HashedToken token)
    {
        lock (gate)
        {
            if (entries.TryGetValue(token.Digest, out var entry))
                Remove(entry);
        }
    }

    private static bool Has(ReadOnlySpan<char> text, ReadOnlySpan<byte> signature)
    {
        if (text.Length != Base64Url.EncodedLength(signature.Length))
            return false;
        // The longest is one of RSA with 8192 bits.
        Span<byte> decoded = stackalloc byte[signature.Length <= 64 ? 64 : 1024];
        return Base64Url.TryDecode(text, decoded, out var length) && signature.SequenceEqual(decoded[..length]);
    }

    private void Remove(Entry entry)
    {
        entries.TryRemove(entry.Digest, out _);
        var share = shares[entry.Token.ClientId];
        share.ByAge.Remove(entry);
        byAge.Remove(entry);
        share.Bytes -= entry.Bytes;
        bytes -= entry.Bytes;
        if (share.ByAge.Oldest is null)
            shares.Remove(entry.Token.ClientId);
    }

    private sealed class Share
    {
        public AgeList<Entry, OfClient> ByAge;

        public long Bytes { get; set; }
    }

    private sealed class Entry(JwsDigest digest, VerifiedToken token)
    {
        public Neighbours<Entry> InAll;
        public Neighbours<Entry> InClient;

        public JwsDigest Digest { get; } = digest;

        public VerifiedToken Token { get; } = token;

        public int Bytes { get; } = BytesOfEntry + token.Size;

        // A client's clock skew is no reason to keep it: verified anew, it is served all the same.
        public bool HasEnded(DateTimeOffset now) => Token.Times.Expires <= now.ToUnixTimeSeconds();
    }

    private readonly struct OfAll : IPlace<Entry>
    {
        public static ref Neighbours<Entry> In(Entry entry) => ref entry.InAll;
    }

    private readonly struct OfClient : IPlace<Entry>
    {
        public static ref Neighbours<Entry> In(Entry entry) => ref entry.InClient;
    }
}
