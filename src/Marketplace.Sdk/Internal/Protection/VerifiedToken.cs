using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// What a token says whose signature, type, issuer and environment hold. Immutable, so that it can be kept; audience,
/// times and grants are asked on every call.
/// </summary>
internal sealed class VerifiedToken
{
    private MarketplaceCaller? lastCaller;

    /// <summary>The key whose signature holds; once it is withdrawn, the token is worth nothing.</summary>
    public required VerificationKey Key { get; init; }

    /// <summary>What follows the last dot of its text, decoded: with the digest of what stands before, it is this very token.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    public required string ClientId { get; init; }

    public required string Id { get; init; }

    /// <summary>The policy's own text where that is the same, so that it is kept once.</summary>
    public required string Audience { get; init; }

    public required JwtTimes Times { get; init; }

    /// <summary>
    /// The monotonic clock's reading at which it has expired, whatever the wall clock says by then: one that is set back
    /// lengthens the life of no token that was seen.
    /// </summary>
    public long EndsAt { get; set; }

    public required OperationBitmap Operations { get; init; }

    /// <summary>What its sender must prove to hold; null for a bearer token.</summary>
    public TokenBinding? Binding { get; init; }

    /// <summary>Bytes of what it holds, the objects themselves left out.</summary>
    public int Size => (sizeof(char) * (ClientId.Length + Id.Length + (Binding?.Thumbprint.Length ?? 0))) + Signature.Length + Operations.ByteCount;

    /// <summary>The caller of an operation; one object for the calls of one endpoint in a row.</summary>
    public MarketplaceCaller CallerOf(string operation) =>
        lastCaller is { } caller && caller.Operation == operation ? caller : lastCaller = new MarketplaceCaller(ClientId, operation, Id);
}
