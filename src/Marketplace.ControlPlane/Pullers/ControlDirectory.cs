using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Keys;
using Marketplace.Jose;

namespace Marketplace.ControlPlane.Pullers;

/// <summary>An ApiVersion and the team that owns its API.</summary>
internal sealed record Line(Guid Id, Guid Team);

/// <summary>
/// Who may pull what, and the keys. Immutable and swapped whole, so that a pull asks no database.
/// </summary>
internal sealed class ControlDirectory(
    KeyRing keys, IReadOnlyDictionary<string, Guid> teamOfClient, IReadOnlyDictionary<(string Api, string Version), Line> lines,
    IReadOnlySet<string> environments)
{
    /// <summary>The active key; snapshots signed under another one are signed anew.</summary>
    public string KeyId => Signer.KeyId;

    public JwsSigner Signer { get; } = keys.CreateSigner(PolicySnapshot.MediaType);

    public JwsSigner InstanceSigner { get; } = keys.CreateSigner(InstanceList.MediaType);

    public JwsVerifier Verifier { get; } = keys.CreateVerifier();

    /// <summary>The team of an application that is not disabled.</summary>
    public Guid? TeamOf(string clientId) => teamOfClient.TryGetValue(clientId, out var team) ? team : null;

    public Line? Find(string api, string version) => lines.GetValueOrDefault((api, version));

    public bool HasEnvironment(string environment) => environments.Contains(environment);
}
