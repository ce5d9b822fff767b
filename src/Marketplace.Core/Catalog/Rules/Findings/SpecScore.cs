using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Rules.Findings;

/// <summary>What a ruleset made of a revision.</summary>
public sealed class SpecScore
{
    public required Guid SpecRevisionId { get; init; }
    public required Guid ApiVersionId { get; init; }

    /// <summary>The revision's.</summary>
    public required int Number { get; init; }
    public required int Ruleset { get; init; }
    public required int Score { get; init; }
    public required int Errors { get; init; }
    public required int Warnings { get; init; }
    public required int Infos { get; init; }
    public required int Hints { get; init; }

    internal sealed class Table() : Mapping<SpecScore>("spec_score")
    {
        protected override void Map(EntityTypeBuilder<SpecScore> entity) => entity.HasKey(s => s.SpecRevisionId);
    }
}

/// <summary>What one rule found in a revision: how often, and where.</summary>
public sealed class SpecFinding
{
    public required Guid SpecRevisionId { get; init; }
    public required string Rule { get; init; }
    public required Severity Severity { get; init; }
    public required int Count { get; init; }
    public required string[] Messages { get; init; }
    public required string[] Pointers { get; init; }
    public required int[] Lines { get; init; }
    public required int[] Columns { get; init; }

    internal sealed class Table() : Mapping<SpecFinding>("spec_finding")
    {
        protected override void Map(EntityTypeBuilder<SpecFinding> entity) => entity.HasKey(f => new { f.SpecRevisionId, f.Rule });
    }
}
