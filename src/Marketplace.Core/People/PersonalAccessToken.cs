using Marketplace.Core.Data;

namespace Marketplace.Core.People;

/// <summary>A person's key to the REST API. Shown once; stored as a keyed hash.</summary>
public sealed class PersonalAccessToken
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid PersonId { get; init; }
    public required string Name { get; init; }
    public required byte[] TokenHash { get; init; }

    /// <summary>The last four characters, by which its owner knows it again.</summary>
    public required string Hint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Words of <see cref="TokenScope"/>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>Some seconds old: it is written for all tokens together.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public Person? Person { get; init; }

    internal sealed class Table() : Mapping<PersonalAccessToken>("personal_access_token");
}
