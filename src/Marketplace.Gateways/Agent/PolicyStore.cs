namespace Marketplace.Gateways.Agent;

/// <summary>The last policy and its keys as they came over the wire, so that they can be verified again.</summary>
internal sealed class PolicyStore
{
    private readonly string snapshot;
    private readonly string keys;

    public PolicyStore(string folder)
    {
        PrivateFiles.CreateFolder(folder);
        snapshot = Path.Combine(folder, "snapshot.jwt");
        keys = Path.Combine(folder, "jwks.json");
    }

    public void Save(string jws, string json)
    {
        SaveKeys(json);
        PrivateFiles.Write(snapshot, jws);
    }

    public void SaveKeys(string json) => PrivateFiles.Write(keys, json);

    public (string Jws, string Keys)? Load() =>
        PrivateFiles.Read(snapshot) is { } jws && PrivateFiles.Read(keys) is { } json ? (jws, json) : null;
}
