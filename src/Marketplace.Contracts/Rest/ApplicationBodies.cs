namespace Marketplace.Contracts.Rest;

/// <summary>Registers a consuming service.</summary>
/// <param name="Team">A team that you are a member of.</param>
/// <param name="Name">Unique within the team.</param>
/// <param name="Description">What it does, for the owners who decide about its requests.</param>
/// <param name="PublicKey">A JWK as JSON text or a PEM public key, for <c>private_key_jwt</c> (RFC 7523); a PEM certificate, or <c>dns:</c>, <c>uri:</c>, <c>ip:</c>, <c>email:</c> or <c>dn:</c> and the name in one, for mutual TLS (RFC 8705); without it a client secret is made.</param>
/// <param name="JwksUri">Instead of a key: the https URL where the application publishes its public keys as a JWK Set, which is followed.</param>
/// <param name="Environment">The one environment that its first credential gets tokens for, such as <c>sandbox</c>; null for every one.</param>
public sealed record NewApplicationBody(string Team, string Name, string Description, string? PublicKey = null, string? JwksUri = null, string? Environment = null);

/// <summary>A registered application.</summary>
/// <param name="ClientId">Its <c>client_id</c> at the token endpoint.</param>
/// <param name="ClientSecret">Shown now and never again; null when public keys were given.</param>
public sealed record CreatedApplicationBody(string ClientId, string? ClientSecret);

/// <summary>A consuming service.</summary>
/// <param name="ClientId">Its <c>client_id</c> at the token endpoint.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="DisabledAt">Since when it gets no tokens.</param>
/// <param name="Credentials">How it can prove that it is itself.</param>
/// <param name="StoppedBy">Who stopped it, while it is stopped.</param>
/// <param name="StopReason">Why.</param>
/// <param name="ResumeAskedBy">Who of its team asked to let it go on; another one or a security officer confirms.</param>
/// <param name="DeletedAt">When it was deleted; what it did stays readable.</param>
/// <param name="DeletedBy">By whom.</param>
public sealed record ApplicationBody(
    string ClientId, string Name, string Description, string Team, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt,
    IReadOnlyList<CredentialBody> Credentials, string? StoppedBy = null, string? StopReason = null, string? ResumeAskedBy = null,
    DateTimeOffset? DeletedAt = null, string? DeletedBy = null);

/// <summary>An application in a list.</summary>
/// <param name="ClientId">Its <c>client_id</c> at the token endpoint.</param>
/// <param name="Name">Its name.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="DisabledAt">Since when it gets no tokens.</param>
/// <param name="OpenGrants">How many endpoints it may call.</param>
/// <param name="PendingRequests">How many requests wait for an owner.</param>
public sealed record ApplicationSummaryBody(
    string ClientId, string Name, string Team, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, int OpenGrants, int PendingRequests);

/// <summary>A client secret or a public key, without what is secret.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Kind"><c>secret</c>, <c>public_key</c>, <c>certificate</c>, <c>certificate_name</c> or <c>jwks_uri</c>.</param>
/// <param name="Label">What the team calls it.</param>
/// <param name="Hint">The secret's last four characters, the key's or certificate's thumbprint, the certificate's name, or the key set's URL.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="ExpiresAt">When it stops working.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When it last got a token, to within some seconds; null for never.</param>
/// <param name="KeySet">What was found at the URL of a <c>jwks_uri</c>; null for other kinds.</param>
/// <param name="Environment">The one environment that it gets tokens for; null for every one.</param>
public sealed record CredentialBody(
    Guid Id, string Kind, string Label, string Hint, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt, KeySetBody? KeySet = null, string? Environment = null);

/// <summary>The keys that an application publishes at a URL, as they were last there.</summary>
/// <param name="Url">Where.</param>
/// <param name="KeyIds">The <c>kid</c> of each key that is accepted, or its RFC 7638 thumbprint.</param>
/// <param name="FetchedAt">When the URL last delivered a set. While it does not, the last one goes on.</param>
/// <param name="CheckedAt">When it was last asked.</param>
/// <param name="FailingSince">Since when something is wrong; null if nothing is.</param>
/// <param name="Failure">What is wrong.</param>
public sealed record KeySetBody(
    string Url, IReadOnlyList<string> KeyIds, DateTimeOffset FetchedAt, DateTimeOffset CheckedAt, DateTimeOffset? FailingSince, string? Failure);

/// <summary>Another credential beside those in use, so that rotation needs no downtime.</summary>
/// <param name="Label">Where it is used.</param>
/// <param name="PublicKey">A JWK as JSON text or a PEM public key, for <c>private_key_jwt</c> (RFC 7523); a PEM certificate, or <c>dns:</c>, <c>uri:</c>, <c>ip:</c>, <c>email:</c> or <c>dn:</c> and the name in one, for mutual TLS (RFC 8705); without it a client secret is made.</param>
/// <param name="ExpiresAt">When it stops working; null for no end.</param>
/// <param name="JwksUri">Instead of a key: the https URL where the application publishes its public keys as a JWK Set, which is followed.</param>
/// <param name="Environment">The one environment that it gets tokens for, such as <c>sandbox</c>; null for every one.</param>
public sealed record NewCredentialBody(
    string Label, string? PublicKey = null, DateTimeOffset? ExpiresAt = null, string? JwksUri = null, string? Environment = null);

/// <summary>A new credential.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="ClientSecret">Shown now and never again; null when public keys were given.</param>
public sealed record CreatedCredentialBody(Guid Id, string? ClientSecret);

/// <summary>Stops an application, or lets it go on.</summary>
/// <param name="Reason">Why.</param>
public sealed record ApplicationChangeBody(string Reason);
