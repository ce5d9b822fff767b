using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>One word that an endpoint of a request needs: given, refused, or still to be given.</summary>
public sealed class ItemApproval
{
    public required Guid ItemId { get; init; }
    public required ApproverRole Role { get; init; }

    /// <summary>Who asked, who never approves: beside the person, so that the database itself refuses it.</summary>
    public required Guid RequestedBy { get; init; }
    public Decision Decision { get; set; }
    public Guid? PersonId { get; set; }

    /// <summary>Who was away and had entrusted it to the person.</summary>
    public Guid? OnBehalfOf { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset? At { get; set; }

    internal sealed class Table() : Mapping<ItemApproval>("approval")
    {
        protected override void Map(EntityTypeBuilder<ItemApproval> entity)
        {
            entity.HasKey(a => new { a.ItemId, a.Role });
            // Of two who give the same one at once, one finds it given.
            entity.Property(a => a.Decision).IsConcurrencyToken();
            entity.HasOne<AccessRequestItem>().WithMany(i => i.Approvals).HasForeignKey(a => a.ItemId);
        }
    }
}

/// <summary>That a person has had a hand in an endpoint, in one role: its key keeps them from a second one.</summary>
public sealed class ApprovalParty
{
    public required Guid ItemId { get; init; }
    public required Guid PersonId { get; init; }
    public required ApproverRole Role { get; init; }

    internal sealed class Table() : Mapping<ApprovalParty>("approval_party")
    {
        protected override void Map(EntityTypeBuilder<ApprovalParty> entity) => entity.HasKey(p => new { p.ItemId, p.PersonId });
    }
}

/// <summary>By which rule an endpoint goes to its approvers, and why.</summary>
public sealed class ItemRouting
{
    public required Guid ItemId { get; init; }
    public required int Policy { get; set; }
    public required string Rule { get; set; }

    /// <summary>A sentence for whoever asks.</summary>
    public required string Because { get; set; }

    /// <summary>When those who can decide are told once more; null for never.</summary>
    public DateTimeOffset? EscalateAt { get; set; }
    public ApproverRole? EscalateTo { get; set; }
    public DateTimeOffset? EscalatedAt { get; set; }

    internal static string Approver(int policy, string rule) => $"Approval policy {policy}, rule “{rule}”";

    internal sealed class Table() : Mapping<ItemRouting>("item_routing")
    {
        protected override void Map(EntityTypeBuilder<ItemRouting> entity)
        {
            entity.HasKey(r => r.ItemId);
            entity.HasOne<AccessRequestItem>().WithOne(i => i.Routing).HasForeignKey<ItemRouting>(r => r.ItemId);
        }
    }
}
