using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Applications.Ownership;

/// <summary>An application is offered to another team. One offer at a time.</summary>
public sealed class ApplicationTransfer
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApplicationId { get; init; }
    public required Guid FromTeamId { get; init; }
    public required Guid ToTeamId { get; init; }
    public required string Note { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset OfferedAt { get; init; }
    public TransferOutcome? Outcome { get; set; }
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public Application? Application { get; init; }
    public Team? FromTeam { get; init; }
    public Team? ToTeam { get; init; }

    internal sealed class Table() : Mapping<ApplicationTransfer>("application_transfer")
    {
        protected override void Map(EntityTypeBuilder<ApplicationTransfer> entity) =>
            entity.HasOne<Person>().WithMany().HasForeignKey(t => t.OfferedBy);
    }
}
