using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Requests;

namespace Marketplace.Core.Access;

/// <param name="Operations">How many endpoints, of all lines.</param>
public sealed record AccessRequestRow(
    long Number, string Application, string ClientId, string ApplicationTeam, string Environment,
    RequestStatus Status, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset Until, int Operations, int Approved, int Denied)
{
    /// <summary>What is asked of each line.</summary>
    public IReadOnlyList<RequestedLineRow> Lines { get; init; } = [];

    /// <summary>Such as <c>Payments v1 and Cards v2</c>.</summary>
    public string LineTitles => RequestWords.Lines([.. Lines.Select(l => l.Title)]);
}

/// <summary>A line's part of a request.</summary>
public sealed record RequestedLineRow(
    long Number, string Api, string ApiTitle, string Version, string Team, string TeamTitle, int Operations, int Approved, int Denied)
{
    public string Title => $"{ApiTitle} {Version}";

    public int Pending => Operations - Approved - Denied;
}

/// <param name="MayDecide">It waits for an approval that the actor can give.</param>
public sealed record AccessRequestItemRow(
    string Api, string Version, string Operation, string Method, string Path, string Summary, bool Removed,
    Decision Decision, string? Reason, string? DecidedBy, DateTimeOffset? DecidedAt, bool MayDecide)
{
    /// <summary>What its grant may spend; null: nothing limits it.</summary>
    public CarriedPlan? Plan { get; init; }

    public EndpointReference Reference => new(Api, Version, Operation);

    /// <summary>By which rule it goes to its approvers, in a sentence; null for what was decided before there were rules.</summary>
    public string? Because { get; init; }

    /// <summary>Each word that it needs; none when the policy approved by itself.</summary>
    public IReadOnlyList<ItemApprovalRow> Approvals { get; init; } = [];

    /// <summary>What the actor's word counts as; null when the actor has none.</summary>
    public MySeat? Seat { get; init; }

    /// <summary>It waits for an approval in this role.</summary>
    public bool WaitsFor(ApproverRole role) => Decision == Decision.Pending && Approvals.Any(a => a.Role == role && a.Decision == Decision.Pending);
}

/// <param name="OnBehalfOf">Who was away.</param>
public sealed record ItemApprovalRow(ApproverRole Role, Decision Decision, string? Person, string? OnBehalfOf, string? Reason, DateTimeOffset? At);

/// <param name="OnBehalfOf">Who is away; null for the actor's own.</param>
public sealed record MySeat(ApproverRole Role, string? OnBehalfOf);

/// <summary>Who can give what a request still needs besides its owners' approvals.</summary>
public sealed record WaitingRole(ApproverRole Role, IReadOnlyList<string> Deciders);

/// <summary>Who decides on endpoints of a team's APIs: its owners but whoever asked.</summary>
public sealed record DecidingTeam(string Team, string TeamTitle, IReadOnlyList<string> Deciders);

public sealed record AccessRequestDetails(
    AccessRequestRow Request, string Justification, DateTimeOffset? ClosedAt, bool MayWithdraw, IReadOnlyList<DecidingTeam> Teams, IReadOnlyList<AccessRequestItemRow> Items)
{
    public bool MayDecide => Items.Any(i => i.MayDecide);

    /// <summary>Security officers and administrators, where something waits for them.</summary>
    public IReadOnlyList<WaitingRole> Platform { get; init; } = [];

    /// <summary>A line's part of it waits for an owner.</summary>
    public bool WaitsForOwner(RequestedLineRow line) => Items.Any(i => i.Api == line.Api && i.Version == line.Version && i.WaitsFor(ApproverRole.Owner));

    public IReadOnlyList<string> DecidersOf(RequestedLineRow line) => Teams.First(t => t.Team == line.Team).Deciders;

    /// <summary>Who must act now: the deciders of what waits.</summary>
    public IReadOnlyList<string> Deciders => Request.Status is not RequestStatus.Pending ? []
        : [.. Request.Lines.Where(WaitsForOwner).SelectMany(DecidersOf).Concat(Platform.SelectMany(p => p.Deciders)).Distinct(StringComparer.Ordinal)];
}
