using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.People;

public enum PlatformRole
{
    Administrator,
    SecurityOfficer,

    /// <summary>Reads everything, changes nothing.</summary>
    Auditor,
}

public sealed class Person
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string UserName { get; set; }
    public required string NormalizedUserName { get; set; }
    public required string DisplayName { get; set; }
    public string? Email { get; set; }
    public PlatformRole? PlatformRole { get; set; }

    /// <summary>What a group of the identity provider gives; null: the role was given by hand.</summary>
    public PlatformRole? PlatformRoleByGroup { get; set; }

    /// <summary>Only beside one by group: what was given by hand, which goes first.</summary>
    public PlatformRole? PlatformRoleByHand { get; set; }
    public string? PasswordHash { get; set; }
    public required string SecurityStamp { get; set; }
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public List<Membership> Memberships { get; } = [];

    /// <summary>Keeps what groups and what people gave apart, and says what follows.</summary>
    internal void SetRole(PlatformRole? byHand, PlatformRole? byGroup)
    {
        PlatformRole = byHand ?? byGroup;
        PlatformRoleByGroup = byGroup;
        PlatformRoleByHand = byGroup is null ? null : byHand;
    }

    internal PlatformRole? RoleGivenByHand => PlatformRoleByGroup is null ? PlatformRole : PlatformRoleByHand;

    internal sealed class Table() : Mapping<Person>("person")
    {
        protected override void Map(EntityTypeBuilder<Person> entity) => entity.Ignore(p => p.RoleGivenByHand);
    }
}
