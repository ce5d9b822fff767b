using Marketplace.Core.Access.Plans;
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

/// <param name="MayDecide">It waits, and the actor owns its API and did not ask.</param>
public sealed record AccessRequestItemRow(
    string Api, string Version, string Operation, string Method, string Path, string Summary, bool Removed,
    Decision Decision, string? Reason, string? DecidedBy, DateTimeOffset? DecidedAt, bool MayDecide)
{
    /// <summary>What its grant may spend; null: nothing limits it.</summary>
    public CarriedPlan? Plan { get; init; }

    public EndpointReference Reference => new(Api, Version, Operation);
}

/// <summary>Who decides on endpoints of a team's APIs: its owners but whoever asked.</summary>
public sealed record DecidingTeam(string Team, string TeamTitle, IReadOnlyList<string> Deciders);

public sealed record AccessRequestDetails(
    AccessRequestRow Request, string Justification, DateTimeOffset? ClosedAt, bool MayWithdraw, IReadOnlyList<DecidingTeam> Teams, IReadOnlyList<AccessRequestItemRow> Items)
{
    public bool MayDecide => Items.Any(i => i.MayDecide);

    public IReadOnlyList<string> DecidersOf(RequestedLineRow line) => Teams.First(t => t.Team == line.Team).Deciders;

    /// <summary>Who must act now: the deciders of what waits.</summary>
    public IReadOnlyList<string> Deciders => Request.Status is not RequestStatus.Pending ? []
        : [.. Request.Lines.Where(l => l.Pending > 0).SelectMany(DecidersOf).Distinct(StringComparer.Ordinal)];
}
