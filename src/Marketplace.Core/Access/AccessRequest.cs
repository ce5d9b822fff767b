using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access;

public enum RequestStatus
{
    Pending,
    Decided,
    Withdrawn,
}

public enum Decision
{
    Pending,
    Approved,
    Denied,
}

/// <summary>An application asks for chosen operations, of one ApiVersion or of several, in one environment.</summary>
public sealed class AccessRequest
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What people call it: request 42. Given by the database.</summary>
    public long Number { get; init; }
    public required Guid ApplicationId { get; init; }
    public required string Environment { get; init; }
    public required string Justification { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required RequestStatus Status { get; set; }
    public required Guid RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; set; }
    public Application? Application { get; init; }
    public List<AccessRequestItem> Items { get; } = [];

    internal sealed class Table() : Mapping<AccessRequest>("access_request")
    {
        protected override void Map(EntityTypeBuilder<AccessRequest> entity)
        {
            entity.Property(r => r.Number).ValueGeneratedOnAdd();
            // Of two who decide at once, one finds the status changed.
            entity.Property(r => r.Status).IsConcurrencyToken();
            entity.HasOne<Person>().WithMany().HasForeignKey(r => r.RequestedBy);
        }
    }
}

/// <summary>One operation of a request, decided by itself, by everybody whose approval its rule asks for.</summary>
public sealed class AccessRequestItem
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid AccessRequestId { get; init; }
    public required Guid OperationId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public Decision Decision { get; set; }
    public string? Reason { get; set; }

    /// <summary>The last who approved, or who denied; null when the approval policy did.</summary>
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>What the grant may spend, as it was offered when it was asked for; null: nothing limits it.</summary>
    public int? PlanLimitsId { get; init; }
    public Operation? Operation { get; init; }
    public ApiVersion? ApiVersion { get; init; }
    public ItemRouting? Routing { get; init; }
    public List<ItemApproval> Approvals { get; } = [];
    public PlanLimits? PlanLimits { get; init; }

    internal sealed class Table() : Mapping<AccessRequestItem>("access_request_item")
    {
        protected override void Map(EntityTypeBuilder<AccessRequestItem> entity) =>
            entity.HasOne<AccessRequest>().WithMany(r => r.Items).HasForeignKey(i => i.AccessRequestId);
    }
}
