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
    public string? PasswordHash { get; set; }
    public required string SecurityStamp { get; set; }
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public List<Membership> Memberships { get; } = [];

    internal sealed class Table() : Mapping<Person>("person");
}
