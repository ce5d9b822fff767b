using System.Text.Json;
using Marketplace.Contracts.Audit;
using Marketplace.Gateways;
using Marketplace.Jose;

namespace Marketplace.Cli.Commands.Audit;

/// <summary>What the marketplace signed, under the keys that it is known by.</summary>
internal sealed class AuditSignatures(string jwks)
{
    private readonly JwsVerifier _verifier = new(VerificationKey.FromSet(
        JwkSet.TryParse(jwks, out var set) ? set : throw new GatewayException("The audit keys are no JWK Set."), JwsAlgorithm.ES256));

    public ChainMark Checkpoint(string path, string token)
    {
        var verified = _verifier.Verify(token, JwsExpectation.OfType(AuditChain.CheckpointType));
        if (!verified.IsValid)
            throw new GatewayException($"{path} is no checkpoint that the marketplace signed: {verified.Failure}.");
        var said = JsonSerializer.Deserialize<CheckpointStatement>(verified.Jws!.Payload.Span)!;
        return new(said.Sequence, Convert.FromHexString(said.Hash));
    }

    /// <summary>Whether it was the marketplace that said that this, and no more, was erased.</summary>
    public bool Signed(Erasure erasure)
    {
        var verified = _verifier.Verify(erasure.Statement ?? "", JwsExpectation.OfType(AuditChain.ErasureType));
        return verified.IsValid && erasure.IsIn(verified.Jws!.Payload.Span);
    }

    /// <summary>Null where the signature does not hold; then <paramref name="failure"/> says why.</summary>
    public ExportStatement? Export(string token, out JwsFailure failure)
    {
        var verified = _verifier.Verify(token, JwsExpectation.OfType(AuditChain.ExportType));
        failure = verified.Failure;
        return verified.IsValid ? JsonSerializer.Deserialize<ExportStatement>(verified.Jws!.Payload.Span) : null;
    }
}
