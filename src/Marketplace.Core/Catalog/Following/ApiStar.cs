using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Following;

/// <summary>A person wants to find an API again.</summary>
public sealed class ApiStar
{
    public required Guid ApiId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
    public Api? Api { get; init; }

    internal sealed class Table() : Mapping<ApiStar>("api_star")
    {
        protected override void Map(EntityTypeBuilder<ApiStar> entity)
        {
            entity.HasKey(s => new { s.PersonId, s.ApiId });
            entity.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId);
        }
    }
}

/// <summary>A person wants to be told when an API changes.</summary>
public sealed class ApiSubscription
{
    public required Guid ApiId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
    public Api? Api { get; init; }

    internal sealed class Table() : Mapping<ApiSubscription>("api_subscription")
    {
        protected override void Map(EntityTypeBuilder<ApiSubscription> entity)
        {
            entity.HasKey(s => new { s.ApiId, s.PersonId });
            entity.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId);
        }
    }
}
