using Marketplace.Core.Data;

namespace Marketplace.Core.People.Sessions;

public enum SessionEnd
{
    SignedOut,

    /// <summary>By the person, from another session.</summary>
    EndedElsewhere,
    Administrator,
    Disabled,
    PasswordChanged,

    /// <summary>By the identity provider's back-channel.</summary>
    Company,
    Idle,
}

/// <summary>A browser in which a person is signed in. The cookie holds a secret; here is its hash.</summary>
public sealed class PersonSession
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid PersonId { get; init; }
    public required byte[] SecretHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Some seconds old: it is written for all sessions together.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public SessionEnd? EndedBy { get; set; }
    public required string Source { get; init; }
    public required string UserAgent { get; init; }
    public string? Issuer { get; init; }

    /// <summary>The "sid" of the identity provider (OpenID Connect Back-Channel Logout 1.0 §2.1).</summary>
    public string? ProviderSession { get; init; }

    /// <summary>The ID token, sealed: the identity provider wants it back at sign-out.</summary>
    public byte[]? IdToken { get; init; }
    public Person? Person { get; init; }

    internal sealed class Table() : Mapping<PersonSession>("person_session");
}
