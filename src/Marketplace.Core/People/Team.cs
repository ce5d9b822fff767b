using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.People;

/// <summary>Owns APIs and applications.</summary>
public sealed class Team
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The slug in URLs and manifests.</summary>
    public required string Name { get; init; }
    public required string Title { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public List<Membership> Memberships { get; } = [];

    internal sealed class Table() : Mapping<Team>("team");
}

public enum TeamRole
{
    /// <summary>Publishes the team's APIs and decides requests for them, besides all that a developer may.</summary>
    Owner,

    /// <summary>Registers the team's applications and asks for access.</summary>
    Developer,
}

public sealed class Membership
{
    public required Guid TeamId { get; init; }
    public required Guid PersonId { get; init; }
    public required TeamRole Role { get; set; }
    public Team? Team { get; init; }
    public Person? Person { get; init; }

    internal sealed class Table() : Mapping<Membership>("membership")
    {
        protected override void Map(EntityTypeBuilder<Membership> entity) => entity.HasKey(m => new { m.TeamId, m.PersonId });
    }
}
