using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access;

/// <param name="Operation">Key of the endpoint.</param>
/// <param name="Approve">True makes a grant.</param>
/// <param name="Reason">Needed to deny.</param>
/// <param name="Line">Of which line; null where the request asks for one endpoint of that key.</param>
public sealed record OperationDecision(string Operation, bool Approve, string? Reason, LineName? Line = null);

/// <summary>A decision and what it is about.</summary>
internal sealed record ItemDecision(OperationDecision Decision, AccessRequestItem Item);

/// <summary>Whether a request may be decided as asked. All that is wrong is said at once.</summary>
internal static class DecisionRules
{
    public static Outcome<List<ItemDecision>> Check(
        Actor actor, AccessRequest request, Seats seats, IReadOnlyList<OperationDecision> decisions, DateTimeOffset now)
    {
        if (request.Status == RequestStatus.Withdrawn)
            return new Problem("request_withdrawn", $"Request {request.Number} was withdrawn by its team; there is nothing to decide.");
        if (request.Status == RequestStatus.Decided)
            return new Problem("already_decided", $"Request {request.Number} has been decided already; look at it to see by whom.");
        if (request.RequestedBy == actor.Id)
            return new Problem("own_request", "You asked for this yourself; another must decide.");
        if (decisions.Count == 0)
            return new Problem("decisions_missing", "Decide at least one endpoint.", "decisions");

        var (decided, problems) = (new List<ItemDecision>(), new List<Problem>());
        foreach (var decision in decisions)
        {
            var items = request.Items.Where(i => IsMeant(decision, i)).ToList();
            // A key alone may mean endpoints of several lines; then it means the one that the actor may decide.
            var mine = items.Where(seats.Concern).ToList();
            if (mine.Count == 1)
            {
                problems.AddRange(CheckOne(decision, mine[0], seats.Of(mine[0]), actor));
                decided.Add(new(decision, mine[0]));
            }
            else
            {
                problems.Add(Missing(request, decision, items, mine));
            }
        }

        foreach (var twice in decided.GroupBy(d => d.Item).Where(g => g.Count() > 1))
            problems.Insert(0, new("decision_repeated", $"{twice.Key.Operation!.Key} is decided twice; decide it once.", "decisions"));
        var approved = decided.Where(d => d.Decision.Approve).Select(d => d.Item).ToList();
        if (approved.Count > 0 || decisions.Any(d => d.Approve))
            problems.AddRange(CheckApproval(request, approved, now));
        return problems.Count > 0 ? problems : decided;
    }

    private static string Missing(AccessRequestItem item) =>
        string.Join(" and ", item.Approvals.Where(a => a.Decision == Decision.Pending).Select(a => Approvers.Name(a.Role)));

    private static bool IsMeant(OperationDecision decision, AccessRequestItem item) =>
        item.Operation!.Key == decision.Operation && (decision.Line is null || decision.Line == LineOf(item));

    private static Problem Missing(AccessRequest request, OperationDecision decision, List<AccessRequestItem> items, List<AccessRequestItem> mine)
    {
        if (items.Count == 0)
            return new("operation_unknown", $"Request {request.Number} does not ask for {decision.Operation}{(decision.Line is { } line ? $" of {line.Api} {line.Version}" : "")}.", "decisions");
        return mine.Count == 0
            ? new(Problem.Forbidden, $"{decision.Operation} of {items[0].Operation!.ApiVersion!.Api!.Title} is decided by others; decide those of your own API.", "decisions")
            : new("operation_ambiguous", $"Request {request.Number} asks for {decision.Operation} of several APIs; say of which.", "decisions");
    }

    private static IEnumerable<Problem> CheckOne(OperationDecision decision, AccessRequestItem item, Seat? seat, Actor actor)
    {
        if (item.Decision != Decision.Pending)
            yield return new("already_decided", $"{decision.Operation} has been {StoredEnum.ToWord(item.Decision)} already.", "decisions");
        else if (seat is null)
            yield return new("already_approved", Authority.IsParty(item, actor.Id)
                ? $"You have approved {decision.Operation} already, or somebody did for you; it needs another person now."
                : $"{decision.Operation} has your side's approval already; what it still needs is {Missing(item)}.", "decisions");
        else if (decision.Approve && item.Operation!.RemovedIn is not null)
            yield return new("operation_removed", $"{decision.Operation} is no longer published; deny it.", "decisions");
        if (!decision.Approve && string.IsNullOrWhiteSpace(decision.Reason))
            yield return new("reason_missing", $"Say why {decision.Operation} is denied, so that the team knows what to do.", "decisions");
        if (decision.Reason?.Length > 2000)
            yield return new("reason_length", $"The reason for {decision.Operation} may have at most 2000 characters.", "decisions");
    }

    private static IEnumerable<Problem> CheckApproval(AccessRequest request, List<AccessRequestItem> approved, DateTimeOffset now)
    {
        if (request.Until <= now)
            yield return new("request_expired", $"The end date asked for, {request.Until:yyyy-MM-dd}, has passed; deny it and ask for a new request.");
        if (request.Application!.DisabledAt is not null)
            yield return new("application_disabled", $"{request.Application.Name} has been disabled; deny the request.");
        if (approved.Exists(i => i.Operation!.ApiVersion!.Lifecycle is Lifecycle.Retired or Lifecycle.Draft))
            yield return new("version_not_open", "Only endpoints of a published line can be granted; deny the request.");
    }

    /// <summary>For the audit trail.</summary>
    public static object Told(ItemDecision decided, Seat seat)
    {
        var line = LineOf(decided.Item);
        return new { line.Api, line.Version, decided.Decision.Operation, decided.Decision.Approve, Reason = seat.Approval.Reason,
            Role = StoredEnum.ToWord(seat.Approval.Role), OnBehalfOf = seat.OnBehalfOf?.Name, Before = StoredEnum.ToWord(Decision.Pending), After = StoredEnum.ToWord(decided.Item.Decision) };
    }

    private static LineName LineOf(AccessRequestItem item) => new(item.Operation!.ApiVersion!.Api!.Name, item.Operation.ApiVersion.Version);
}
