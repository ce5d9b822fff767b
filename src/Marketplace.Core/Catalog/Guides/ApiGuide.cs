using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Guides;

/// <summary>One page of an API's guide, in markdown.</summary>
public sealed class ApiGuide
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApiId { get; init; }

    /// <summary>In its address; it stays when the title changes.</summary>
    public required string Slug { get; init; }
    public required string Title { get; set; }
    public required int Position { get; set; }
    public required string Markdown { get; set; }
    public required int Revision { get; set; }
    public required Guid UpdatedBy { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public Api? Api { get; init; }

    internal sealed class Table() : Mapping<ApiGuide>("api_guide")
    {
        protected override void Map(EntityTypeBuilder<ApiGuide> entity)
        {
            entity.HasOne<Person>().WithMany().HasForeignKey(g => g.UpdatedBy);
            entity.Property(g => g.Revision).IsConcurrencyToken();
        }
    }
}
