using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Ownership;

/// <summary>An API is offered to another team.</summary>
public sealed class ApiTransfer : Transfer
{
    public required Guid ApiId { get; init; }
    public Api? Api { get; init; }

    internal sealed class Table() : Mapping<ApiTransfer>("api_transfer")
    {
        protected override void Map(EntityTypeBuilder<ApiTransfer> entity) =>
            entity.HasOne<Person>().WithMany().HasForeignKey(t => t.OfferedBy);
    }
}
