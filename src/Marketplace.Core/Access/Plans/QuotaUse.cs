using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Plans;

/// <summary>What an application has called of a quota, over all data planes; see <see cref="CountQuotas"/>.</summary>
public sealed class QuotaUse
{
    public required Guid ApplicationId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required int PlanLimitsId { get; init; }

    /// <summary>When the day or month ends.</summary>
    public required DateTimeOffset Until { get; init; }
    public required long Calls { get; set; }
    public required DateTimeOffset CountedAt { get; set; }
    public DateTimeOffset? WarnedAt { get; set; }
    public DateTimeOffset? SpentAt { get; set; }

    internal sealed class Table() : Mapping<QuotaUse>("quota_use")
    {
        protected override void Map(EntityTypeBuilder<QuotaUse> entity) =>
            entity.HasKey(q => new { q.ApplicationId, q.ApiVersionId, q.Environment, q.PlanLimitsId, q.Until });
    }
}
