using Marketplace.Sdk.Internal.Tokens;

namespace Marketplace.Sdk;

/// <summary>Who an application is and where its marketplace stands. Configuration section <c>Marketplace</c>.</summary>
public class MarketplaceClientOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string Section = "Marketplace";

    /// <summary>Where the marketplace is reached, such as <c>https://marketplace.bank.example</c>.</summary>
    public Uri? Url { get; set; }

    /// <summary>What the marketplace calls itself in <c>iss</c>, where that differs from <see cref="Url"/>.</summary>
    public string? Issuer { get; set; }

    /// <summary>The application's client id.</summary>
    public string? ClientId { get; set; }

    /// <summary>The application's client secret. Prefer <see cref="ClientSecretFile"/> or <see cref="PrivateKeyFile"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds the client secret. It is read anew for every token request, so that it can be rotated.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>A file that holds a private JWK; the application then signs its token requests (private_key_jwt, RFC 7523).</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>
    /// A PEM file with a client certificate, what else of its chain is sent, and its private key. The application then proves
    /// itself by it, and its tokens are bound to it (RFC 8705): the HttpClient shows it to the services as well. Read at start.
    /// </summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>
    /// Binds tokens to a key that is made in this process and never leaves it (RFC 9449); each request then carries a proof
    /// of it. A token that was stolen is worth nothing.
    /// </summary>
    public bool Dpop { get; set; }

    /// <summary>Sends what goes to the marketplace itself; for proxies, private certificate authorities and tests.</summary>
    public HttpMessageHandler? Backchannel { get; set; }

    internal string ExpectedIssuer => Issuer ?? Url!.AbsoluteUri.TrimEnd('/');

    /// <summary>Every reason why these options cannot work, one sentence each.</summary>
    internal virtual IEnumerable<string> Problems()
    {
        if (Url is not { IsAbsoluteUri: true } || Url.Scheme is not ("http" or "https"))
            yield return $"{Section}:Url must be the marketplace's absolute http(s) address.";
        if (Issuer is not null && !(Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) && issuer.Scheme is "http" or "https"))
            yield return $"{Section}:Issuer must be an absolute http(s) address, as the marketplace writes it in iss.";
        if (string.IsNullOrWhiteSpace(ClientId))
            yield return $"{Section}:ClientId must be the application's client id.";
        if (new[] { ClientSecret, ClientSecretFile, PrivateKeyFile, ClientCertificateFile }.Count(value => !string.IsNullOrEmpty(value)) != 1)
            yield return $"Set one of {Section}:ClientSecret, {Section}:ClientSecretFile, {Section}:PrivateKeyFile and {Section}:ClientCertificateFile.";
        if (ClientCertificateFile is not { Length: > 0 } file)
            yield break;
        if (Dpop)
            yield return $"{Section}:Dpop and {Section}:ClientCertificateFile both bind tokens. Set one of them.";
        if (ClientCertificate.Read(file, out var problem) is null)
            yield return $"{Section}:ClientCertificateFile: {problem}";
    }
}
