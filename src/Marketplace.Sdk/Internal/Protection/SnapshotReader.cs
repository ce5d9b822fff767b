using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk.Internal.Limits;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A policy and the key that signed it, or a sentence that says why there is none.</summary>
internal readonly record struct SnapshotReading(EnforcedPolicy? Policy, VerificationKey? Key, string? Problem)
{
    public static SnapshotReading NoFit { get; } = new(null, null, "it is no delta to the snapshot in force");

    public static SnapshotReading NoNews { get; } = new(null, null, "it is the one in force, though a newer one was asked for");
}

/// <summary>From a signed snapshot to a policy.</summary>
internal sealed class SnapshotReader(KeyRing keys, Meters meters, IOptions<MarketplaceOptions> options)
{
    private static readonly JwsExpectation Expectation =
        JwsExpectation.OfType(PolicySnapshot.MediaType) with { MaxLength = 256 * 1024 * 1024 };

    /// <summary>Verified with the marketplace's keys; never older than the revision.</summary>
    public async Task<SnapshotReading> ReadAsync(string jws, long oldest) => HashedToken.TryOf(jws.AsMemory(), out var token)
        ? Read(await keys.VerifyAsync(token, Expectation), oldest)
        : Refused("it is no JWS");

    /// <summary>Verified with these keys and no others.</summary>
    public SnapshotReading Read(string jws, KeySet set, long oldest) => Read(set.Verifier.Verify(jws, Expectation), oldest);

    private SnapshotReading Read(JwsVerification verification, long oldest)
    {
        if (!verification.IsValid)
            return Refused($"its signature does not hold ({verification.Failure})");
        try
        {
            var snapshot = JsonSerializer.Deserialize(verification.Jws!.Payload.Span, PolicyJson.Default.PolicySnapshot);
            return Problem(snapshot, oldest) is { } problem
                ? Refused(problem)
                : new SnapshotReading(new EnforcedPolicy(snapshot!, options.Value.BasePath, meters), verification.Key, null);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            return Refused("it cannot be read: " + e.Message);
        }
    }

    private static SnapshotReading Refused(string problem) => new(null, null, problem);

    private string? Problem(PolicySnapshot? snapshot, long oldest)
    {
        var expected = options.Value;
        if (snapshot is null)
            return "it is empty";
        if (snapshot.Issuer != expected.ExpectedIssuer)
            return $"its issuer is {snapshot.Issuer}, not {expected.ExpectedIssuer}";
        if ((snapshot.Api, snapshot.Version, snapshot.Environment) != (expected.Api, expected.Version, expected.Environment))
            return $"it is of {snapshot.Api} {snapshot.Version} in {snapshot.Environment}";
        if (snapshot.Operations is null || snapshot.Grants is null || snapshot.Operations.Contains(null!) || snapshot.Grants.Contains(null!)
            || snapshot.Spent?.Contains(null!) == true || snapshot.Suspended?.Contains(null!) == true)
            return "it has empty entries";
        if (snapshot.Revision < oldest)
            return $"its revision {snapshot.Revision} is older than {oldest}, which was in force";
        return string.IsNullOrEmpty(snapshot.Audience) ? "it names no audience" : null;
    }
}
