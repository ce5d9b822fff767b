using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>
/// A security officer ended access while a request for it waited: what is approved of it now needs a security officer
/// besides those that it was sent to. What one approved before that does not count.
/// </summary>
internal static class EndedMeanwhile
{
    /// <summary>Call it while the request is held, before the approvals are given.</summary>
    /// <param name="request">With items, their operations, routings and approvals, and its application.</param>
    /// <param name="approved">The items that somebody is about to approve.</param>
    public static async Task<IReadOnlyList<Problem>> AskAsync(
        MarketplaceDb db, Actor actor, AccessRequest request, IReadOnlyList<AccessRequestItem> approved, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellation)
    {
        var ends = await OfficersEnds.OfAsync(db, request.ApplicationId, request.Environment, approved.Select(i => i.OperationId), since, cancellation);
        var ended = approved.Where(i => ends.ContainsKey(i.OperationId)).ToList();
        var problems = ended.Where(i => OfficersOf(i) is { Decision: Decision.Approved } given && given.At < ends[i.OperationId].At).Select(i => new Problem(
            "ended_by_officer", $"{ends[i.OperationId].Told(i.Operation!.Key)}, after one had approved it here. Deny it; who needs it asks anew.", "decisions")).ToList();
        var raised = ended.FindAll(i => OfficersOf(i) is null);
        if (problems.Count > 0 || raised.Count == 0)
            return problems;

        foreach (var item in raised)
        {
            var needed = MoreApprovers.Add(db, item, [ApproverRole.SecurityOfficer], request.RequestedBy);
            if (item.Routing is { } routing)
                routing.Because += $" {ends[item.OperationId].Told("this access")}, while this waited: a security officer decides, too. In all, {needed.Sentence}.";
        }
        await MoreApprovers.WriteAsync(
            db, now, actor, request, "A security officer ended this access while the request waited.",
            () => new
            {
                application = request.Application!.ClientId, environment = request.Environment, operations = raised.Select(i => i.Operation!.Key),
                before = new { security_officer = false }, after = new { security_officer = true },
            },
            cancellation);
        return [];
    }

    private static ItemApproval? OfficersOf(AccessRequestItem item) => item.Approvals.Find(a => a.Role == ApproverRole.SecurityOfficer);
}
