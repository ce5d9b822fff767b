using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>One version of the ruleset's text; immutable, numbered from 1. Number 0 is the built-in one.</summary>
public sealed class Ruleset
{
    public required int Number { get; init; }
    public required string Text { get; init; }
    public required string Reason { get; init; }
    public required Guid WrittenBy { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }

    internal sealed class Table() : Mapping<Ruleset>("ruleset")
    {
        protected override void Map(EntityTypeBuilder<Ruleset> entity)
        {
            entity.HasKey(r => r.Number);
            entity.Property(r => r.Number).ValueGeneratedNever();
        }
    }
}

/// <summary>That a ruleset holds from a moment on, until the next does.</summary>
public sealed class RulesetEffect
{
    public required int Sequence { get; init; }
    public required int Ruleset { get; init; }
    public required string Reason { get; init; }
    public required Guid PutBy { get; init; }
    public required DateTimeOffset PutAt { get; init; }

    internal sealed class Table() : Mapping<RulesetEffect>("ruleset_effect")
    {
        protected override void Map(EntityTypeBuilder<RulesetEffect> entity)
        {
            entity.HasKey(e => e.Sequence);
            entity.Property(e => e.Sequence).ValueGeneratedNever();
        }
    }
}
