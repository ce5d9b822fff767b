using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Requests.Comments;

namespace Marketplace.Core.Access.Requests;

public enum TimelineKind
{
    Asked,
    Commented,
    Decided,
    Withdrawn,

    /// <summary>Has not happened yet: who must act.</summary>
    Next,
}

/// <param name="At">Null for what is to come.</param>
/// <param name="Who">Null where nobody, or several, did it.</param>
/// <param name="What">A sentence without its subject.</param>
/// <param name="Text">Plain words: reasons.</param>
/// <param name="Comment">Whose markdown is shown in full.</param>
public sealed record TimelineEntry(
    TimelineKind Kind, DateTimeOffset? At, string? Who, string What, string? Text = null, RequestCommentRow? Comment = null);

/// <summary>Where a request stands: what happened in its order, then who must act, for each API.</summary>
public static class RequestTimeline
{
    public static IReadOnlyList<TimelineEntry> Of(AccessRequestDetails details, IReadOnlyList<RequestCommentRow> comments)
    {
        var request = details.Request;
        var happened = new List<TimelineEntry>
        {
            new(TimelineKind.Asked, request.RequestedAt, request.RequestedBy,
                $"asked for {RequestWords.Endpoints([.. request.Lines.Select(l => (l.Title, l.Operations))])}"),
        };
        happened.AddRange(comments.Select(c => new TimelineEntry(TimelineKind.Commented, c.WrittenAt, c.WrittenBy, "commented", Comment: c)));
        happened.AddRange(details.Items.Where(i => i.DecidedAt is not null)
            .GroupBy(i => (i.DecidedAt, i.DecidedBy, i.Api, i.Version)).Select(d => Decided(request, [.. d])));
        // The last approval of an endpoint is its decision, which is told above.
        happened.AddRange(details.Items.SelectMany(i => i.Approvals.Where(a => a.At is not null && a.At != i.DecidedAt), (i, a) => (Item: i, Approval: a))
            .GroupBy(g => (g.Approval.At, g.Approval.Person, g.Approval.Role, g.Item.Api, g.Item.Version)).Select(g => Given(request, [.. g])));
        if (details.ClosedAt is { } closed && request.Status is RequestStatus.Withdrawn)
            happened.Add(new(TimelineKind.Withdrawn, closed, null, "The request was withdrawn"));
        return [.. happened.OrderBy(e => e.At).ThenBy(e => e.Kind), .. Next(details)];
    }

    private static TimelineEntry Decided(AccessRequestRow request, IReadOnlyList<AccessRequestItemRow> items)
    {
        var title = request.Lines.First(l => l.Api == items[0].Api && l.Version == items[0].Version).Title;
        var (approved, denied) = (items.Count(i => i.Decision is Decision.Approved), items.Count(i => i.Decision is Decision.Denied));
        var what = (approved, denied) switch
        {
            (_, 0) => $"approved {RequestWords.Endpoints([(title, approved)])}",
            (0, _) => $"denied {RequestWords.Endpoints([(title, denied)])}",
            _ => $"approved {approved} and denied {denied} of {title}",
        };
        var reasons = items.Select(i => i.Reason).OfType<string>().Distinct(StringComparer.Ordinal).Take(3).ToList();
        return new(TimelineKind.Decided, items[0].DecidedAt, items[0].DecidedBy, what, reasons.Count == 0 ? null : string.Join('\n', reasons));
    }

    private static TimelineEntry Given(AccessRequestRow request, IReadOnlyList<(AccessRequestItemRow Item, ItemApprovalRow Approval)> given)
    {
        var (item, approval) = given[0];
        var title = request.Lines.First(l => l.Api == item.Api && l.Version == item.Version).Title;
        return new(
            TimelineKind.Decided, approval.At, approval.Person,
            $"approved {RequestWords.Endpoints([(title, given.Count)])} as {Approvers.Name(approval.Role)}{(approval.OnBehalfOf is { } away ? $", for {away}" : "")}", approval.Reason);
    }

    private static IEnumerable<TimelineEntry> Next(AccessRequestDetails details)
    {
        if (details.Request.Status is not RequestStatus.Pending)
            yield break;
        foreach (var line in details.Request.Lines.Where(details.WaitsForOwner))
        {
            var deciders = details.DecidersOf(line);
            yield return new(
                TimelineKind.Next, null, null,
                deciders.Count == 0
                    ? $"{line.TeamTitle} has no other owner to decide on {line.Title}; ask an administrator to add one"
                    : $"{RequestWords.OneOf(deciders)} of {line.TeamTitle} {(deciders.Count == 1 ? "decides" : "decide")} on {RequestWords.Endpoints([(line.Title, details.Items.Count(i => i.Api == line.Api && i.Version == line.Version && i.WaitsFor(ApproverRole.Owner)))])}");
        }
        foreach (var waiting in details.Platform)
        {
            var endpoints = details.Items.Count(i => i.WaitsFor(waiting.Role));
            yield return new(
                TimelineKind.Next, null, null,
                waiting.Deciders.Count == 0
                    ? $"There is nobody who could decide as {Approvers.Name(waiting.Role)}; ask an administrator to name one"
                    : $"{RequestWords.OneOf(waiting.Deciders)} {(waiting.Deciders.Count == 1 ? "decides" : "decide")} on {(endpoints == 1 ? "1 endpoint" : $"{endpoints:N0} endpoints")} as {Approvers.Name(waiting.Role)}");
        }
    }
}
