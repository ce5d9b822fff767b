using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.People.Company;

/// <summary>Who a person is at the company's identity provider.</summary>
public sealed class PersonIdentity
{
    public required string Issuer { get; init; }

    /// <summary>The "sub": never reassigned there (OpenID Connect Core 1.0 §5.7), as an address may be.</summary>
    public required string Subject { get; init; }
    public required Guid PersonId { get; init; }
    public string? Email { get; set; }
    public required DateTimeOffset LinkedAt { get; init; }
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>As of the last sign-in, those with a mapping first.</summary>
    public required string[] Groups { get; set; }
    public Person? Person { get; init; }

    internal sealed class Table() : Mapping<PersonIdentity>("person_identity")
    {
        protected override void Map(EntityTypeBuilder<PersonIdentity> entity) => entity.HasKey(i => new { i.Issuer, i.Subject });
    }
}

/// <summary>What a group gives to who is in it: a role in a team, or a platform role.</summary>
public sealed class GroupMapping
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string GroupName { get; init; }
    public Guid? TeamId { get; init; }
    public TeamRole? TeamRole { get; init; }
    public PlatformRole? PlatformRole { get; init; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public Team? Team { get; init; }

    internal sealed class Table() : Mapping<GroupMapping>("group_mapping")
    {
        protected override void Map(EntityTypeBuilder<GroupMapping> entity) =>
            entity.HasOne<Person>().WithMany().HasForeignKey(m => m.CreatedBy);
    }
}
