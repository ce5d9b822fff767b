namespace Marketplace.Gateways.Agent;

/// <summary>Which API an agent protects, where, and as whom it asks for the policy.</summary>
public sealed record HaproxyAgentOptions
{
    /// <summary>The marketplace's public base URL. It is also the issuer, unless <see cref="Issuer"/> says otherwise.</summary>
    public required Uri Marketplace { get; init; }

    /// <summary>The API's name.</summary>
    public required string Api { get; init; }

    /// <summary>Its major line, such as <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Client id of the gateway's own application, of the team that owns the API.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>Address and port to listen on.</summary>
    public required string Bind { get; init; }

    /// <summary>Address and port of the service behind.</summary>
    public required string Backend { get; init; }

    /// <summary>PEM file with certificate and private key; null: plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>Folder of the configuration and of the last policy; nobody else may read it.</summary>
    public required string Folder { get; init; }

    /// <summary>The issuer to accept where it differs from the URL that is asked.</summary>
    public string? Issuer { get; init; }

    /// <summary>Prefix of every path in place of the policy's.</summary>
    public string? BasePath { get; init; }

    /// <summary>Whether the marketplace is told how often which client called which operation, added up by minute.</summary>
    public bool ReportUsage { get; init; } = true;

    /// <summary>The haproxy to run; null: the one on the PATH or in Debian's place.</summary>
    public string? Program { get; init; }

    /// <summary>How long one question for news may wait for an answer.</summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How old the issuer's keys may grow before they are asked for again.</summary>
    public TimeSpan KeysAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the last policy is enforced while the control plane cannot be reached; after that the token alone decides,
    /// until it expires.
    /// </summary>
    public TimeSpan MaxPolicyAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Address and port of <c>/health/ready</c> and <c>/metrics</c>; null: not served.</summary>
    public string? Status { get; init; }

    internal string ExpectedIssuer => Issuer ?? Marketplace.OriginalString.TrimEnd('/');
}
