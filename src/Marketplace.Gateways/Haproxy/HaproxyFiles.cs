using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Everything that haproxy reads, by path relative to the folder of <c>haproxy.cfg</c>.</summary>
public sealed class HaproxyFiles
{
    /// <summary>The name of the configuration.</summary>
    public const string Configuration = "haproxy.cfg";

    private HaproxyFiles(SortedDictionary<string, string> contents) => Contents = contents;

    /// <summary>Text by path.</summary>
    public IReadOnlyDictionary<string, string> Contents { get; }

    /// <summary>Generates the files of a policy.</summary>
    /// <param name="snapshot">The policy, already verified.</param>
    /// <param name="jwks">The keys that tokens are verified with.</param>
    /// <param name="options">Where to listen, what to protect.</param>
    /// <param name="now">Grants that ended before are left out.</param>
    /// <param name="tokensAloneDecide">The policy is too old to speak about grants.</param>
    /// <exception cref="GatewayException">The policy or an option cannot be written down.</exception>
    public static HaproxyFiles Generate(PolicySnapshot snapshot, JwkSet jwks, HaproxyOptions options, DateTimeOffset now, bool tokensAloneDecide = false)
    {
        var keys = KeyFile.Of(jwks);
        var maps = new PathMaps(new OperationMatcher(snapshot.Operations, options.BasePath ?? snapshot.BasePath));
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Configuration] = HaproxyConfiguration.Of(snapshot, keys, maps, options.Checked()),
            ["operations.map"] = maps.Operations.ToString(),
            [GrantsMap.FileName] = GrantsMap.File(snapshot, now.ToUnixTimeSeconds(), tokensAloneDecide),
        };
        foreach (var (path, text) in maps.Exact.Files.Concat(maps.Lenient.Files))
            contents[path] = text;
        foreach (var key in keys)
            contents[key.Path] = key.Pem;
        return new HaproxyFiles(contents);
    }

    /// <summary>Verifies a signed policy and generates its files.</summary>
    /// <exception cref="GatewayException">The policy is not to be trusted, or cannot be written down.</exception>
    public static (PolicySnapshot Policy, HaproxyFiles Files) Generate(string signedPolicy, string jwks, HaproxyOptions options, DateTimeOffset now)
    {
        if (!JwkSet.TryParse(jwks, out var keys))
            throw new GatewayException("The keys are not a JWK set.");
        var policy = SignedPolicy.Read(signedPolicy, keys);
        return (policy, Generate(policy, keys, options, now));
    }

    /// <summary>Writes the files, each whole, readable by their owner alone.</summary>
    public void WriteTo(string folder) => PrivateFiles.WriteAll(folder, Contents);

    /// <summary>The text of <c>grants.map</c>.</summary>
    public string Grants => Contents[GrantsMap.FileName];

    /// <summary>Its lines as keys and values.</summary>
    public IEnumerable<KeyValuePair<string, string>> GrantEntries => Grants
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .Select(words => KeyValuePair.Create(words[0], words[1]));

    /// <summary>Whether haproxy must be reloaded to go from the other files to these; grants alone change while it runs.</summary>
    public bool NeedReloadAfter(HaproxyFiles other) => Contents.Count != other.Contents.Count || Contents.Any(file =>
        file.Key != GrantsMap.FileName && (!other.Contents.TryGetValue(file.Key, out var text) || text != file.Value));
}
