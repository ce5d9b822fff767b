using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Applications.Ownership;

/// <summary>An application is offered to another team.</summary>
public sealed class ApplicationTransfer : Transfer
{
    public required Guid ApplicationId { get; init; }
    public Application? Application { get; init; }

    internal sealed class Table() : Mapping<ApplicationTransfer>("application_transfer")
    {
        protected override void Map(EntityTypeBuilder<ApplicationTransfer> entity) =>
            entity.HasOne<Person>().WithMany().HasForeignKey(t => t.OfferedBy);
    }
}
