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

    /// <summary>What counts: the stronger of what groups and what people gave.</summary>
    public required TeamRole Role { get; set; }

    /// <summary>What a group of the identity provider gives; null: the role was given by hand.</summary>
    public TeamRole? RoleByGroup { get; set; }

    /// <summary>Only beside one by group: what was given by hand.</summary>
    public TeamRole? RoleByHand { get; set; }
    public Team? Team { get; init; }
    public Person? Person { get; init; }

    internal TeamRole? GivenByHand => RoleByGroup is null ? Role : RoleByHand;

    /// <summary>Keeps the two apart, and says what follows; false when nothing is left of the membership.</summary>
    internal bool TrySet(TeamRole? byHand, TeamRole? byGroup)
    {
        if (byHand is null && byGroup is null)
            return false;
        Role = byHand is TeamRole.Owner || byGroup is TeamRole.Owner ? TeamRole.Owner : TeamRole.Developer;
        RoleByGroup = byGroup;
        RoleByHand = byGroup is null ? null : byHand;
        return true;
    }

    internal sealed class Table() : Mapping<Membership>("membership")
    {
        protected override void Map(EntityTypeBuilder<Membership> entity)
        {
            entity.HasKey(m => new { m.TeamId, m.PersonId });
            entity.Ignore(m => m.GivenByHand);
        }
    }
}
