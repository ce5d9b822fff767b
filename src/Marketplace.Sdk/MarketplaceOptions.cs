using Marketplace.Sdk.Internal.Protection;

namespace Marketplace.Sdk;

/// <summary>Which ApiVersion a service implements, in which environment. Configuration section <c>Marketplace</c>.</summary>
public sealed class MarketplaceOptions : MarketplaceClientOptions
{
    /// <summary>The API, such as <c>payments</c>.</summary>
    public string? Api { get; set; }

    /// <summary>The version that this service implements, such as <c>v1</c>.</summary>
    public string? Version { get; set; }

    /// <summary>The environment that this service runs in, such as <c>production</c>.</summary>
    public string? Environment { get; set; }

    /// <summary>The path prefix under which this service really answers, where that is not the one of its document; "" for none.</summary>
    public string? BasePath { get; set; }

    /// <summary>
    /// Where callers reach this service, such as <c>https://api.bank.example</c>, for the <c>htu</c> of their DPoP proofs.
    /// Needed behind a proxy that ends TLS or rewrites the host or the path's front, and safer everywhere: without it and
    /// without <see cref="MarketplaceInstanceOptions.Url"/>, which counts as well, scheme and host are what the request says of itself.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// The proxies that end TLS in front of this service and say in a <c>Client-Cert</c> header (RFC 9440) which certificate
    /// they have seen: addresses, networks such as <c>10.1.0.0/16</c>, or <c>unix</c> for whoever connects by a Unix socket.
    /// They must remove that header from what clients send. Nobody by default.
    /// </summary>
    public IList<string> CertificateProxies { get; } = [];

    /// <summary>Paths answered without a token, such as <c>/health</c>: exact, case-sensitive, compared with the raw path. Empty by default.</summary>
    public IList<string> UnprotectedPaths { get; } = [];

    /// <summary>
    /// How long the last policy is enforced while the control plane cannot be reached. After that the token alone
    /// decides, until it expires: whoever could get a token in that time was granted what it carries.
    /// </summary>
    public TimeSpan MaxPolicyAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The folder in which the service keeps its last signed policy and key set, to start from while the marketplace is
    /// away; "" keeps none. By default a folder of its own below <c>$XDG_DATA_HOME/marketplace</c>, else
    /// <c>~/.local/share/marketplace</c>. Nobody else may be able to write it: its keys are what a cold start believes.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>
    /// Whether the marketplace is told how often which client called which operation, how long it took and what was refused,
    /// added up by minute: owners see who uses what, consumers which of their grants they still need. On by default.
    /// </summary>
    public bool ReportUsage { get; set; } = true;

    /// <summary>
    /// How long one question for news waits at the control plane, in whole seconds from 1 to 30. A connection that was cut
    /// without a word is given up ten seconds after that.
    /// </summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How far the clocks of the marketplace and of this service may differ; at most 10 s.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where callers that balance by themselves reach this instance; without a <c>Url</c> they do not.</summary>
    public MarketplaceInstanceOptions Instance { get; } = new();

    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        foreach (var (name, value) in new[] { (nameof(Api), Api), (nameof(Version), Version), (nameof(Environment), Environment) })
        {
            if (string.IsNullOrWhiteSpace(value))
                yield return $"{Section}:{name} must be set.";
        }

        // Its tokens are bound, and the control plane takes bearer tokens alone.
        if (ClientCertificateFile is { Length: > 0 })
            yield return $"{Section}:ClientCertificateFile is for clients. A protected service pulls its policy with a secret or a private key.";
        if (BasePath is { Length: > 0 } && (!BasePath.StartsWith('/') || BasePath.EndsWith('/')))
            yield return $"{Section}:BasePath must start with a slash and not end with one.";
        if (PublicUrl is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "" })
            yield return $"{Section}:PublicUrl must be an absolute http(s) address without query and fragment.";
        if (CertificateProxies.FirstOrDefault(proxy => !PeerCertificate.TryReadProxy(proxy, out _)) is { } unreadable)
            yield return $"{Section}:CertificateProxies: {unreadable} is neither an address, nor a network such as 10.1.0.0/16, nor unix.";
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromSeconds(10))
            yield return $"{Section}:ClockSkew must be between 0 and 10 seconds.";
        if (LongPoll < TimeSpan.FromSeconds(1) || LongPoll > TimeSpan.FromSeconds(30))
            yield return $"{Section}:LongPoll must be between 1 and 30 seconds.";
        if (MaxPolicyAge <= TimeSpan.Zero)
            yield return $"{Section}:MaxPolicyAge must be positive.";
        foreach (var problem in Instance.Problems())
            yield return problem;
    }
}
