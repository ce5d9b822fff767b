using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>One version of the approval policy's text; immutable, numbered from 1.</summary>
public sealed class ApprovalPolicy
{
    public required int Number { get; init; }
    public required string Text { get; init; }

    /// <summary>Why it was written.</summary>
    public required string Note { get; init; }

    /// <summary>Null for the one that the marketplace brings.</summary>
    public required Guid? WrittenBy { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }

    internal static string NameOf(int number) => $"Approval policy {number}";

    internal sealed class Table() : Mapping<ApprovalPolicy>("approval_policy")
    {
        protected override void Map(EntityTypeBuilder<ApprovalPolicy> entity)
        {
            entity.HasKey(p => p.Number);
            entity.Property(p => p.Number).ValueGeneratedNever();
        }
    }
}

/// <summary>That a policy decides from a moment on, until the next does.</summary>
public sealed class ApprovalPolicyEffect
{
    public required int Sequence { get; init; }
    public required int Policy { get; init; }

    /// <summary>Beside who activates it, so that the database itself refuses that both are the same person.</summary>
    public required Guid? WrittenBy { get; init; }
    public required string Reason { get; init; }
    public required Guid? PutBy { get; init; }
    public required DateTimeOffset PutAt { get; init; }

    internal sealed class Table() : Mapping<ApprovalPolicyEffect>("approval_policy_effect")
    {
        protected override void Map(EntityTypeBuilder<ApprovalPolicyEffect> entity)
        {
            entity.HasKey(e => e.Sequence);
            entity.Property(e => e.Sequence).ValueGeneratedNever();
        }
    }
}
