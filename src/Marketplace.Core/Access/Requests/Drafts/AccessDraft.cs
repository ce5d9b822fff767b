using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Requests.Drafts;

/// <summary>A request that somebody is still putting together. It belongs to that person alone, and reserves nothing.</summary>
public sealed class AccessDraft
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>In its address. Given by the database.</summary>
    public long Number { get; init; }
    public required Guid PersonId { get; init; }
    public Guid? ApplicationId { get; set; }
    public string? Environment { get; set; }
    public required string Justification { get; set; }
    public DateOnly? Until { get; set; }
    public required int Revision { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public Application? Application { get; init; }
    public List<AccessDraftItem> Items { get; } = [];

    internal sealed class Table() : Mapping<AccessDraft>("access_draft")
    {
        protected override void Map(EntityTypeBuilder<AccessDraft> entity)
        {
            entity.Property(d => d.Number).ValueGeneratedOnAdd();
            entity.Property(d => d.Revision).IsConcurrencyToken();
            entity.HasOne<Person>().WithMany().HasForeignKey(d => d.PersonId);
        }
    }
}

/// <summary>An endpoint that is in it.</summary>
public sealed class AccessDraftItem
{
    public required Guid AccessDraftId { get; init; }
    public required Guid OperationId { get; init; }
    public Operation? Operation { get; init; }

    /// <summary>The plan wished for; null for the default of the API.</summary>
    public string? Plan { get; set; }

    internal sealed class Table() : Mapping<AccessDraftItem>("access_draft_item")
    {
        protected override void Map(EntityTypeBuilder<AccessDraftItem> entity)
        {
            entity.HasKey(i => new { i.AccessDraftId, i.OperationId });
            entity.HasOne<AccessDraft>().WithMany(d => d.Items).HasForeignKey(i => i.AccessDraftId);
        }
    }
}
