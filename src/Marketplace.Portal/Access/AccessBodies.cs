using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Access;

internal static class AccessBodies
{
    public static AccessRequestSummaryBody Of(AccessRequestRow row) => new(
        row.Number, StoredEnum.ToWord(row.Status), row.ClientId, row.Application, row.ApplicationTeam, row.Environment,
        row.RequestedBy, row.RequestedAt, row.Until, row.Operations, row.Approved, row.Denied, [.. row.Lines.Select(l => Of(l, []))]);

    public static AccessRequestBody Of(AccessRequestDetails details)
    {
        var row = details.Request;
        return new(
            row.Number, StoredEnum.ToWord(row.Status), row.ClientId, row.Application, row.ApplicationTeam, row.Environment,
            details.Justification, row.Until, row.RequestedBy, row.RequestedAt, details.Deciders,
            [.. row.Lines.Select(l => Of(l, row.Status is RequestStatus.Pending && l.Pending > 0 ? details.DecidersOf(l) : []))], [.. details.Items.Select(Of)]);
    }

    public static GrantBody Of(GrantRow row) => new(
        row.Id, StoredEnum.ToWord(row.State), row.ClientId, row.Application, row.ApplicationTeam, row.Api, row.Version, row.Environment,
        row.Operation, row.Method, row.Path, row.RequestNumber, row.ValidFrom, row.ValidUntil, row.GrantedBy, row.EndedAt, row.EndedBy, row.EndReason,
        row.Use.LastUsedAt, row.Use.Calls, row.UntilBefore,
        row.Suspension is { } s ? new SuspensionBody(s.At, s.Until, s.By, StoredEnum.ToWord(s.As), s.Reason) : null, Of(row.Plan), row.Emergency);

    public static RequestCommentBody Of(RequestCommentRow comment) => new(comment.Id, comment.Markdown, comment.WrittenBy, comment.WrittenAt);

    private static GrantPlanBody? Of(CarriedPlan? plan) => plan is null ? null : new(
        plan.Name, plan.Title, plan.Revision, new(plan.Rate, plan.Per, plan.Burst, plan.Quota, plan.Window, plan.MaximumDays));

    private static RequestedLineBody Of(RequestedLineRow line, IReadOnlyList<string> deciders) => new(
        line.Api, line.Version, line.TeamTitle, line.Operations, line.Approved, line.Denied, deciders);

    private static RequestedOperationBody Of(AccessRequestItemRow item) => new(
        item.Api, item.Version, item.Operation, item.Method, item.Path, item.Summary, StoredEnum.ToWord(item.Decision), item.Reason, item.DecidedBy, item.DecidedAt, Of(item.Plan),
        item.Because, [.. item.Approvals.Select(a => new ApprovalBody(StoredEnum.ToWord(a.Role), StoredEnum.ToWord(a.Decision), a.Person, a.OnBehalfOf, a.Reason, a.At))]);
}
