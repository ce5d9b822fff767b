using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.Jose;
using Marketplace.Sdk.Internal.Protection;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>From a signed list to instances, or a sentence that says why there are none.</summary>
internal sealed class InstanceListReader(ApiName api, string issuer, KeyRing keys)
{
    private const long Restored = 60;
    private static readonly JwsExpectation Expectation = JwsExpectation.OfType(InstanceList.MediaType) with { MaxLength = 16 * 1024 * 1024 };

    public async Task<(InstanceList? List, string? Problem)> ReadAsync(string jws, InstanceList? before) =>
        HashedToken.TryOf(jws.AsMemory(), out var token) ? Read(await keys.VerifyAsync(token, Expectation), before) : (null, "it is no JWS");

    /// <summary>From the disk, verified with the keys beside it. Null when it is not what it should be.</summary>
    public InstanceList? Restore(string jws, byte[] keySet) =>
        KeySet.TryRead(keySet, KeySet.Empty, out var set) ? Read(set.Verifier.Verify(jws, Expectation), null).List : null;

    private (InstanceList? List, string? Problem) Read(JwsVerification verification, InstanceList? before)
    {
        if (!verification.IsValid)
            return (null, $"its signature does not hold ({verification.Failure})");
        try
        {
            var list = JsonSerializer.Deserialize(verification.Jws!.Payload.Span, DiscoveryJson.Default.InstanceList);
            return Problem(list, before) is { } problem ? (null, problem) : (list, null);
        }
        catch (JsonException e)
        {
            return (null, "it cannot be read: " + e.Message);
        }
    }

    private string? Problem(InstanceList? list, InstanceList? before)
    {
        if (list?.Instances is null || list.Instances.Contains(null!))
            return "it has empty entries";
        if (list.Issuer != issuer)
            return $"its issuer is {list.Issuer}, not {issuer}";
        if ((list.Api, list.Version, list.Environment) != (api.Name, api.Version, api.Environment))
            return $"it is of {list.Api} {list.Version} in {list.Environment}";
        // An older one is a replay, unless it was signed later: then the marketplace itself went back to a backup.
        if (before is not null && list.Revision < before.Revision && list.IssuedAt < before.IssuedAt + Restored)
            return $"its revision {list.Revision} is older than {before.Revision}";
        return list.Instances.Any(i => i.Id is null || i.State is null || !Uri.TryCreate(i.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            ? "it names an instance without an address" : null;
    }
}
