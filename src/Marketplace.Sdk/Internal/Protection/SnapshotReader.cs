using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>From a signed snapshot to a policy, or a sentence that says why it is not one.</summary>
internal sealed class SnapshotReader(KeyRing keys, IOptions<MarketplaceOptions> options)
{
    private static readonly JwsExpectation Expectation =
        JwsExpectation.OfType(PolicySnapshot.MediaType) with { MaxLength = 256 * 1024 * 1024 };

    public async Task<(EnforcedPolicy? Policy, string? Problem)> ReadAsync(string jws, EnforcedPolicy? current)
    {
        var verification = await keys.VerifyAsync(jws.AsMemory(), Expectation);
        if (!verification.IsValid)
            return (null, $"its signature does not hold ({verification.Failure})");
        try
        {
            var snapshot = JsonSerializer.Deserialize(verification.Jws!.Payload.Span, PolicyJson.Default.PolicySnapshot);
            return Problem(snapshot, current) is { } problem
                ? (null, problem)
                : (new EnforcedPolicy(snapshot!, options.Value.BasePath), null);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            return (null, "it cannot be read: " + e.Message);
        }
    }

    private string? Problem(PolicySnapshot? snapshot, EnforcedPolicy? current)
    {
        var expected = options.Value;
        if (snapshot is null)
            return "it is empty";
        if (snapshot.Issuer != expected.ExpectedIssuer)
            return $"its issuer is {snapshot.Issuer}, not {expected.ExpectedIssuer}";
        if ((snapshot.Api, snapshot.Version, snapshot.Environment) != (expected.Api, expected.Version, expected.Environment))
            return $"it is of {snapshot.Api} {snapshot.Version} in {snapshot.Environment}";
        if (snapshot.Operations is null || snapshot.Grants is null || snapshot.Operations.Contains(null!) || snapshot.Grants.Contains(null!))
            return "it has empty entries";
        if (snapshot.Revision < current?.Revision)
            return $"its revision {snapshot.Revision} is older than {current.Revision}, which is in force";
        return string.IsNullOrEmpty(snapshot.Audience) ? "it names no audience" : null;
    }
}
