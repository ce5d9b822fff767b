using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access;

public enum GrantEnd
{
    Revoked,

    /// <summary>A newer grant of the same endpoint took its place.</summary>
    Superseded,

    /// <summary>The line that it is for was retired.</summary>
    Retired,
}

/// <summary>
/// One application may call one operation in one environment, from–until. Its only creator is an approved
/// <see cref="AccessRequestItem"/>: see <see cref="DecideAccessRequest"/>.
/// </summary>
public sealed class Grant
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApplicationId { get; init; }
    public required Guid OperationId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required Guid AccessRequestItemId { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public required DateTimeOffset ValidUntil { get; set; }

    /// <summary>The last who approved; null when the approval policy did.</summary>
    public required Guid? GrantedBy { get; init; }
    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>What it may spend; null: nothing limits it.</summary>
    public int? PlanLimitsId { get; set; }

    /// <summary>Taken in an incident, approved by nobody; null for an ordinary one.</summary>
    public Guid? EmergencyId { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public Guid? EndedBy { get; set; }

    /// <summary>As what somebody revoked it.</summary>
    public GrantParty? EndedAs { get; set; }
    public GrantEnd? EndKind { get; set; }
    public string? EndReason { get; set; }

    /// <summary>Set aside since then; until <see cref="SuspendedUntil"/> where that is set, else until somebody resumes it.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }
    public DateTimeOffset? SuspendedUntil { get; init; }
    public Guid? SuspendedBy { get; init; }
    public GrantParty? SuspendedAs { get; init; }
    public string? SuspendReason { get; init; }

    /// <summary>When somebody brought <see cref="ValidUntil"/> forward.</summary>
    public DateTimeOffset? EndSetAt { get; init; }
    public Guid? EndSetBy { get; init; }
    public GrantParty? EndSetAs { get; init; }
    public string? EndSetReason { get; init; }

    /// <summary>What <see cref="ValidUntil"/> was as approved.</summary>
    public DateTimeOffset? UntilBefore { get; init; }
    public Application? Application { get; init; }
    public Operation? Operation { get; init; }
    public ApiVersion? ApiVersion { get; init; }
    public PlanLimits? PlanLimits { get; init; }
    public Emergency? Emergency { get; init; }

    internal sealed class Table() : Mapping<Grant>("access_grant");
}
