using Marketplace.Core.Access.Grants;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Applications;

/// <summary>A consuming service.</summary>
public sealed class Application
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string ClientId { get; init; }
    public required string Name { get; set; }
    public required string Description { get; set; }
    public required Guid TeamId { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DisabledAt { get; set; }
    public Guid? DisabledBy { get; set; }

    /// <summary>What a security officer stopped, the team does not let go on.</summary>
    public GrantParty? DisabledAs { get; set; }
    public string? DisabledReason { get; set; }

    /// <summary>Who of the team asked to let it go on; another one confirms.</summary>
    public Guid? ResumeAskedBy { get; set; }
    public DateTimeOffset? ResumeAskedAt { get; set; }

    /// <summary>It is gone for good, and stands here for what tells of it. Disabled, too.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public Guid? DeletedBy { get; set; }
    public Team? Team { get; init; }
    public List<ApplicationCredential> Credentials { get; } = [];

    internal sealed class Table() : Mapping<Application>("application");
}
