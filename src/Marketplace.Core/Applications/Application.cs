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
    public Team? Team { get; init; }
    public List<ApplicationCredential> Credentials { get; } = [];

    internal sealed class Table() : Mapping<Application>("application");
}
