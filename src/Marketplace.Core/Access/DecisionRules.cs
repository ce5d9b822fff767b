using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access;

/// <summary>Whether a request may be decided as asked. All that is wrong is said at once.</summary>
internal static class DecisionRules
{
    public static List<Problem> Check(Actor actor, AccessRequest request, IReadOnlyList<OperationDecision> decisions, DateTimeOffset now)
    {
        if (request.Status == RequestStatus.Withdrawn)
            return [new("request_withdrawn", $"Request {request.Number} was withdrawn by its team; there is nothing to decide.")];
        if (request.Status == RequestStatus.Decided)
            return [new("already_decided", $"Request {request.Number} has been decided already; look at it to see by whom.")];
        if (request.RequestedBy == actor.Id)
            return [new("own_request", "You asked for this yourself; another owner of the API must decide.")];
        if (decisions.Count == 0)
            return [new("decisions_missing", "Decide at least one endpoint.", "decisions")];

        var problems = new List<Problem>();
        foreach (var twice in decisions.GroupBy(d => d.Operation, StringComparer.Ordinal).Where(g => g.Count() > 1))
            problems.Add(new("decision_repeated", $"{twice.Key} is decided twice; decide it once.", "decisions"));
        var items = request.Items.ToDictionary(i => i.Operation!.Key, StringComparer.Ordinal);
        foreach (var decision in decisions)
            problems.AddRange(CheckOne(request, items.GetValueOrDefault(decision.Operation), decision));
        if (decisions.Any(d => d.Approve))
            problems.AddRange(CheckApproval(request, now));
        return problems;
    }

    private static IEnumerable<Problem> CheckOne(AccessRequest request, AccessRequestItem? item, OperationDecision decision)
    {
        if (item is null)
            yield return new("operation_unknown", $"Request {request.Number} does not ask for {decision.Operation}.", "decisions");
        else if (item.Decision != Decision.Pending)
            yield return new("already_decided", $"{decision.Operation} has been {StoredEnum.ToWord(item.Decision)} already.", "decisions");
        else if (decision.Approve && item.Operation!.RemovedIn is not null)
            yield return new("operation_removed", $"{decision.Operation} is no longer published; deny it.", "decisions");
        if (!decision.Approve && string.IsNullOrWhiteSpace(decision.Reason))
            yield return new("reason_missing", $"Say why {decision.Operation} is denied, so that the team knows what to do.", "decisions");
        if (decision.Reason?.Length > 2000)
            yield return new("reason_length", $"The reason for {decision.Operation} may have at most 2000 characters.", "decisions");
    }

    private static IEnumerable<Problem> CheckApproval(AccessRequest request, DateTimeOffset now)
    {
        if (request.Until <= now)
            yield return new("request_expired", $"The end date asked for, {request.Until:yyyy-MM-dd}, has passed; deny it and ask for a new request.");
        if (request.Application!.DisabledAt is not null)
            yield return new("application_disabled", $"{request.Application.Name} has been disabled; deny the request.");
        if (request.ApiVersion!.Lifecycle is Lifecycle.Retired or Lifecycle.Draft)
            yield return new("version_not_open", "Only endpoints of a published line can be granted; deny the request.");
    }
}
