using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>What a policy would have done with the requests of a month, compared with the one in effect; kept as evidence.</summary>
public sealed class ApprovalPolicyTrial
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required int Policy { get; init; }

    /// <summary>The one in effect at the time.</summary>
    public required int Against { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required Guid TriedBy { get; init; }
    public required DateTimeOffset TriedAt { get; init; }
    public required int Requests { get; init; }
    public required int Endpoints { get; init; }
    public required int Changed { get; init; }

    /// <summary>A <see cref="DryRun"/> as JSON.</summary>
    public required string Result { get; init; }

    internal sealed class Table() : Mapping<ApprovalPolicyTrial>("approval_policy_trial");
}
