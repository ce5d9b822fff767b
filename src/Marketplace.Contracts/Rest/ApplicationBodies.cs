namespace Marketplace.Contracts.Rest;

/// <summary>Registers a consuming service.</summary>
/// <param name="Team">A team that you are a member of.</param>
/// <param name="Name">Unique within the team.</param>
/// <param name="Description">What it does, for the owners who decide about its requests.</param>
/// <param name="PublicKey">A JWK as JSON text or a PEM public key, for <c>private_key_jwt</c> (RFC 7523); a PEM certificate, or <c>dns:</c>, <c>uri:</c>, <c>ip:</c>, <c>email:</c> or <c>dn:</c> and the name in one, for mutual TLS (RFC 8705); without it a client secret is made.</param>
public sealed record NewApplicationBody(string Team, string Name, string Description, string? PublicKey = null);

/// <summary>A registered application.</summary>
/// <param name="ClientId">Its <c>client_id</c> at the token endpoint.</param>
/// <param name="ClientSecret">Shown now and never again; null when a public key was given.</param>
public sealed record CreatedApplicationBody(string ClientId, string? ClientSecret);

/// <summary>A consuming service.</summary>
/// <param name="ClientId">Its <c>client_id</c> at the token endpoint.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="DisabledAt">Since when it gets no tokens.</param>
/// <param name="Credentials">How it can prove that it is itself.</param>
public sealed record ApplicationBody(
    string ClientId, string Name, string Description, string Team, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt,
    IReadOnlyList<CredentialBody> Credentials);

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
/// <param name="Kind"><c>secret</c>, <c>public_key</c>, <c>certificate</c> or <c>certificate_name</c>.</param>
/// <param name="Label">What the team calls it.</param>
/// <param name="Hint">The secret's last four characters, or the key's thumbprint.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="ExpiresAt">When it stops working.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When it last got a token, to within some seconds; null for never.</param>
public sealed record CredentialBody(
    Guid Id, string Kind, string Label, string Hint, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>Another credential beside those in use, so that rotation needs no downtime.</summary>
/// <param name="Label">Where it is used.</param>
/// <param name="PublicKey">A JWK as JSON text or a PEM public key, for <c>private_key_jwt</c> (RFC 7523); a PEM certificate, or <c>dns:</c>, <c>uri:</c>, <c>ip:</c>, <c>email:</c> or <c>dn:</c> and the name in one, for mutual TLS (RFC 8705); without it a client secret is made.</param>
/// <param name="ExpiresAt">When it stops working; null for no end.</param>
public sealed record NewCredentialBody(string Label, string? PublicKey = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A new credential.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="ClientSecret">Shown now and never again; null when a public key was given.</param>
public sealed record CreatedCredentialBody(Guid Id, string? ClientSecret);

/// <summary>Stops an application, or lets it go on.</summary>
/// <param name="Reason">Why.</param>
public sealed record ApplicationChangeBody(string Reason);
