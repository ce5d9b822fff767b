using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Applications.KeySets;

/// <summary>The keys that an application publishes at a URL of its own (RFC 7591 §2, jwks_uri), as they were last there.</summary>
public sealed class ClientKeySet
{
    public required Guid CredentialId { get; init; }
    public required string Url { get; init; }

    /// <summary>A JWK Set of the keys that can be used; it stays as it is while the URL delivers none.</summary>
    public required string Keys { get; set; }

    /// <summary>When the URL last delivered a set.</summary>
    public required DateTimeOffset FetchedAt { get; set; }

    /// <summary>When it was last asked.</summary>
    public required DateTimeOffset CheckedAt { get; set; }

    /// <summary>When to ask again.</summary>
    public required DateTimeOffset NextAt { get; set; }

    /// <summary>Somebody wants it asked sooner: the token plane, which was shown an unknown key, or a person.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>Since when something is wrong with what the URL delivers.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>What is wrong, in words for the team.</summary>
    public string? Failure { get; set; }

    /// <summary>When the team was told of it.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    internal sealed class Table() : Mapping<ClientKeySet>("client_key_set")
    {
        protected override void Map(EntityTypeBuilder<ClientKeySet> entity)
        {
            entity.HasKey(s => s.CredentialId);
            entity.HasOne<ApplicationCredential>().WithOne(c => c.KeySet).HasForeignKey<ClientKeySet>(s => s.CredentialId);
        }
    }
}
