using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Gateways.Agent;

/// <summary>Takes a signed policy only if it is of the API that this gateway protects.</summary>
internal sealed class PolicyVerifier(string issuer, string api, string version, string environment)
{
    /// <exception cref="GatewayException">It is not to be trusted; the message says why.</exception>
    public PolicySnapshot Verify(string jws, JwkSet keys)
    {
        var snapshot = SignedPolicy.Read(jws, keys);
        if (snapshot.Issuer != issuer)
            throw new GatewayException($"The snapshot was issued by {snapshot.Issuer}, not by {issuer}.");
        if ((snapshot.Api, snapshot.Version, snapshot.Environment) != (api, version, environment))
            throw new GatewayException($"The snapshot is of {snapshot.Api} {snapshot.Version} in {snapshot.Environment}, not of {api} {version} in {environment}.");
        return snapshot;
    }
}
