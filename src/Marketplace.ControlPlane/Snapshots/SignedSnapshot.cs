using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>A snapshot as it is sent: whole, or to those who hold one of the few before it as what is new. Immutable.</summary>
internal sealed class SignedSnapshot
{
    // So many back a delta can begin: whoever waits holds the last one, and whoever was just told of it the one before.
    private const int Bases = 2;
    private readonly Base[] bases;

    private SignedSnapshot(long revision, string tag, Encoded whole, Base[] bases) => (Revision, Tag, Whole, this.bases) = (revision, tag, whole, bases);

    public long Revision { get; }

    private string Tag { get; }

    /// <summary>The compact JWS in ASCII.</summary>
    public Encoded Whole { get; }

    public static SignedSnapshot Sign(PolicySnapshot snapshot, JwsSigner signer) =>
        Sign(snapshot.Revision, JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot), signer);

    public static SignedSnapshot Sign(long revision, ReadOnlySpan<byte> payload, JwsSigner signer)
    {
        var jws = new byte[signer.TokenLength(payload.Length)];
        var tag = SnapshotTag.Of(revision, signer.KeyId);
        return new SignedSnapshot(revision, tag, new Encoded(ControlAddress.MediaType, tag, jws[..signer.Sign(payload, jws)]), []);
    }

    /// <summary>Whether a tag is that of this snapshot, in whichever form it was sent.</summary>
    public bool Has(ReadOnlySpan<char> entityTag) => SnapshotTag.Stem(entityTag).SequenceEqual(Tag);

    /// <summary>The same, also for those who hold what was served until now.</summary>
    public SignedSnapshot After(SignedSnapshot? before)
    {
        if (before is null)
            return this;
        var known = before.bases.Select(known => (known.Tag, known.Jws)).Prepend((before.Tag, Jws: before.Whole.Plain.Body));
        return new SignedSnapshot(Revision, Tag, Whole, [.. known.Where(b => b.Tag != Tag).Take(Bases).Select(b => new Base(b.Tag, b.Jws, this))]);
    }

    /// <summary>What is new since the tagged one; null where that is not known any more, or is no shorter than the whole.</summary>
    public Encoded? Since(ReadOnlySpan<char> entityTag)
    {
        var stem = SnapshotTag.Stem(entityTag);
        foreach (var candidate in bases)
        {
            if (stem.SequenceEqual(candidate.Tag))
                return candidate.Delta;
        }

        return null;
    }

    private sealed class Base(string tag, ReadOnlyMemory<byte> jws, SignedSnapshot next)
    {
        // Made once, when the first one asks for it.
        private readonly Lazy<Encoded?> delta = new(() =>
        {
            var json = SnapshotDelta.Between(jws.Span, next.Whole.Plain.Body.Span).ToJson();
            return json.Length < next.Whole.Plain.Body.Length ? new Encoded(SnapshotDelta.MediaType, next.Tag + SnapshotTag.Delta, json) : null;
        });

        public string Tag => tag;

        public ReadOnlyMemory<byte> Jws => jws;

        public Encoded? Delta => delta.Value;
    }
}
