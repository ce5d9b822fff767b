using Marketplace.Core.Keys;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens;

/// <summary>What the token plane is told by its host.</summary>
public sealed class TokenPlaneOptions
{
    /// <summary>Longest life of a token; shorter when the last grant in it ends sooner.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(300);

    /// <summary>The audience of tokens for the control plane; any authenticated application may have one.</summary>
    public const string ControlAudience = Contracts.Policy.ControlAddress.Audience;

    /// <summary>The one scope of a token for the control plane.</summary>
    public const string ControlScope = "snapshots";

    /// <summary>The public base URL without a trailing slash, as in "iss" (RFC 8414 §2: no query, no fragment).</summary>
    public required string Issuer
    {
        get;
        init => field = Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
                ? value.TrimEnd('/')
                : throw new ArgumentException($"'{value}' is no http(s) URL without query and fragment.", nameof(value));
    }

    /// <summary>Null: no client can prove itself by a certificate.</summary>
    public MutualTlsOptions? MutualTls { get; init; }

    /// <summary>How long a failed authentication is made to wait after many others; a right one never waits.</summary>
    public TimeSpan MaxFailureDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When signing keys follow one another.</summary>
    public SigningKeyTimes Keys { get; init; } = new();

    internal string TokenEndpoint => Issuer + TokenPlane.TokenPath;

    /// <summary>Every URL that the token endpoint is published under.</summary>
    internal IEnumerable<string> TokenEndpoints => MutualTls is null ? [TokenEndpoint] : [TokenEndpoint, MutualTls.Url + TokenPlane.TokenPath];

    /// <summary>The resource of RFC 9728 that stands for an audience; audiences may be URNs, which have no place to look at.</summary>
    internal string ResourceUrl(ApiResource resource) => $"{Issuer}/resources/{resource.Name}";
}
