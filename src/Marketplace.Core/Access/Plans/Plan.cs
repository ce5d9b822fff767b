using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Plans;

/// <summary>What an API offers under a name: how fast, how much and for how long. Archived, never removed.</summary>
public sealed class Plan
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApiId { get; init; }

    /// <summary>As data planes and programs name it; it stays.</summary>
    public required string Name { get; init; }
    public required string Title { get; set; }
    public required string Description { get; set; }

    /// <summary>Where it is offered.</summary>
    public required string[] Environments { get; set; }

    /// <summary>For endpoints with one of these tags alone; empty for all.</summary>
    public required string[] Tags { get; set; }

    /// <summary>What whoever chooses none gets.</summary>
    public required bool IsDefault { get; set; }

    /// <summary>The newest of its limits.</summary>
    public required int Revision { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public Api? Api { get; init; }
    public List<PlanLimits> Limits { get; } = [];

    internal sealed class Table() : Mapping<Plan>("plan")
    {
        protected override void Map(EntityTypeBuilder<Plan> entity) => entity.Property(p => p.Revision).IsConcurrencyToken();
    }
}

/// <summary>The limits of one revision of a plan. They never change: a grant keeps those that it was given.</summary>
public sealed class PlanLimits
{
    /// <summary>What policies carry. Given by the database; none comes back.</summary>
    public int Id { get; init; }
    public required Guid PlanId { get; init; }
    public required int Revision { get; init; }
    public long? Rate { get; init; }

    /// <summary>Seconds: 1 or 60.</summary>
    public int? Per { get; init; }
    public long? Burst { get; init; }
    public long? Quota { get; init; }

    /// <summary>A <see cref="Contracts.Policy.PlanWindow"/>.</summary>
    public string? QuotaWindow { get; init; }

    /// <summary>So many days a grant may last.</summary>
    public int? MaximumDays { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required Guid MadeBy { get; init; }
    public Plan? Plan { get; init; }

    internal sealed class Table() : Mapping<PlanLimits>("plan_limits")
    {
        protected override void Map(EntityTypeBuilder<PlanLimits> entity)
        {
            entity.Property(l => l.Id).ValueGeneratedOnAdd();
            entity.HasOne(l => l.Plan).WithMany(p => p.Limits).HasForeignKey(l => l.PlanId);
            entity.HasOne<Person>().WithMany().HasForeignKey(l => l.MadeBy);
        }
    }
}
