using System.Collections.Concurrent;
using System.Runtime.InteropServices;

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

    // Objects, list nodes and dictionary entries, as measured; what varies is added to it.
    private const int BytesOfEntry = 560;

    private readonly ConcurrentDictionary<TokenDigest, Entry> entries = new();
    private readonly Dictionary<string, Share> shares = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byAge = [];
    private readonly Lock gate = new();
    private long bytes;

    public int Count => entries.Count;

    public long Bytes => Interlocked.Read(ref bytes);

    public VerifiedToken? Find(in TokenDigest digest) => entries.TryGetValue(digest, out var entry) ? entry.Token : null;

    public void Add(in TokenDigest digest, VerifiedToken token, DateTimeOffset now)
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
            entry.OfClient = share.ByAge.AddLast(entry);
            entry.OfAll = byAge.AddLast(entry);
            share.Bytes += entry.Bytes;
            bytes += entry.Bytes;
            while (share.Bytes > MaxBytesOfClient)
                Remove(share.ByAge.First!.Value);
            while (byAge.First is { Value: var oldest } && (bytes > MaxBytes || oldest.HasEnded(now)))
                Remove(oldest);
        }
    }

    /// <summary>It has expired, or its key was withdrawn.</summary>
    public void Drop(in TokenDigest digest)
    {
        lock (gate)
        {
            if (entries.TryGetValue(digest, out var entry))
                Remove(entry);
        }
    }

    private void Remove(Entry entry)
    {
        entries.TryRemove(entry.Digest, out _);
        var share = shares[entry.Token.ClientId];
        share.ByAge.Remove(entry.OfClient!);
        byAge.Remove(entry.OfAll!);
        share.Bytes -= entry.Bytes;
        bytes -= entry.Bytes;
        if (share.ByAge.Count == 0)
            shares.Remove(entry.Token.ClientId);
    }

    private sealed class Share
    {
        public LinkedList<Entry> ByAge { get; } = [];

        public long Bytes { get; set; }
    }

    private sealed class Entry(TokenDigest digest, VerifiedToken token)
    {
        public TokenDigest Digest { get; } = digest;

        public VerifiedToken Token { get; } = token;

        public int Bytes { get; } = BytesOfEntry + token.Size;

        public LinkedListNode<Entry>? OfClient { get; set; }

        public LinkedListNode<Entry>? OfAll { get; set; }

        // A client's clock skew is no reason to keep it: verified anew, it is served all the same.
        public bool HasEnded(DateTimeOffset now) => Token.Times.Expires <= now.ToUnixTimeSeconds();
    }
}
