using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Gateways;

/// <summary>A policy snapshot as it travels: signed by the marketplace, as a snapshot and as nothing else.</summary>
public static class SignedPolicy
{
    /// <summary>Long enough for 100,000 grants.</summary>
    internal const int MaxLength = 64 * 1024 * 1024;

    private static readonly JwsExpectation Signed = JwsExpectation.OfType(PolicySnapshot.MediaType) with { MaxLength = MaxLength };

    /// <summary>Verifies and reads a snapshot.</summary>
    /// <exception cref="GatewayException">It is not to be trusted; the message says why.</exception>
    public static PolicySnapshot Read(string jws, JwkSet keys)
    {
        var verification = new JwsVerifier(VerificationKey.FromSet(keys, JwsAlgorithm.ES256, JwsAlgorithm.PS256)).Verify(jws.AsSpan().Trim(), Signed);
        if (!verification.IsValid)
            throw new GatewayException($"The snapshot's signature does not hold: {verification.Failure}.");
        try
        {
            return JsonSerializer.Deserialize(verification.Jws!.Payload.Span, PolicyJson.Default.PolicySnapshot)
                ?? throw new GatewayException("The snapshot is empty.");
        }
        catch (JsonException e)
        {
            throw new GatewayException("The snapshot is not one: " + e.Message, e);
        }
    }
}
