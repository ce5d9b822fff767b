namespace Marketplace.Contracts.Rest;

/// <summary>A key that signs tokens and snapshots.</summary>
/// <param name="Kid">Its RFC 7638 thumbprint.</param>
/// <param name="Algorithm">What it signs with.</param>
/// <param name="State"><c>announced</c>, <c>standby</c>, <c>active</c>, <c>retired</c> or <c>gone</c>.</param>
/// <param name="PublishedAt">Since when it is in the key set.</param>
/// <param name="ActiveFrom">When it began to sign.</param>
/// <param name="RetiredAt">When it ceased to sign.</param>
/// <param name="GoneAt">When it left the key set.</param>
/// <param name="ReplacementAsked">Somebody has asked for its replacement, which is not done yet.</param>
public sealed record SigningKeyBody(
    string Kid, string Algorithm, string State, DateTimeOffset PublishedAt, DateTimeOffset? ActiveFrom, DateTimeOffset? RetiredAt,
    DateTimeOffset? GoneAt, bool ReplacementAsked);

/// <summary>Every signing key of late.</summary>
/// <param name="Keys">The active one, those that may follow it, then those that were.</param>
public sealed record SigningKeysBody(IReadOnlyList<SigningKeyBody> Keys);

/// <summary>Replaces the active signing key before its time.</summary>
/// <param name="Reason">Why, for the audit trail.</param>
/// <param name="Compromised">The key is known to somebody else: what it signed is refused, also where that stops a service for minutes. Without this no request fails.</param>
public sealed record NewKeyRotationBody(string Reason, bool Compromised = false);
