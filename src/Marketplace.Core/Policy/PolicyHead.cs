using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Policy;

/// <summary>The newest policy revision: one row.</summary>
public sealed class PolicyHead
{
    public bool OnlyRow { get; init; }
    public long Revision { get; init; }

    internal sealed class Table() : Mapping<PolicyHead>("policy_head")
    {
        protected override void Map(EntityTypeBuilder<PolicyHead> entity) => entity.HasKey(h => h.OnlyRow);
    }
}

/// <summary>What a policy revision changed, so that a reader reloads just that.</summary>
public sealed class PolicyChange
{
    public long Revision { get; init; }
    public int Position { get; init; }
    public required string Kind { get; init; }
    public Guid? ApiVersionId { get; init; }
    public string? Environment { get; init; }
    public Guid? ApplicationId { get; init; }
    public DateTimeOffset At { get; init; }

    internal sealed class Table() : Mapping<PolicyChange>("policy_change")
    {
        protected override void Map(EntityTypeBuilder<PolicyChange> entity) => entity.HasKey(c => new { c.Revision, c.Position });
    }
}
