using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Changes.History;

/// <summary>What a revision changed against the one before it, as it was judged when it was published. The first of a line has none.</summary>
public sealed class RevisionSummary
{
    public required Guid SpecRevisionId { get; init; }
    public required Verdict Verdict { get; init; }
    public required int Breaking { get; init; }
    public required int Dangerous { get; init; }
    public required int Compatible { get; init; }

    /// <summary>The changes as JSON, worst first: see <see cref="ToldChange"/>.</summary>
    public required string Changes { get; init; }

    /// <summary>How many applications held a grant for what broke, then.</summary>
    public required int Applications { get; init; }
    public required int Teams { get; init; }

    /// <summary>Why an owner published it although it breaks.</summary>
    public string? OverrideReason { get; init; }

    internal sealed class Table() : Mapping<RevisionSummary>("revision_summary")
    {
        protected override void Map(EntityTypeBuilder<RevisionSummary> entity)
        {
            entity.HasKey(s => s.SpecRevisionId);
            entity.HasOne<SpecRevision>().WithOne().HasForeignKey<RevisionSummary>(s => s.SpecRevisionId);
            entity.Property(s => s.Changes).HasColumnType("jsonb");
        }
    }
}
