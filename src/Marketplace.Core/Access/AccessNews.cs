using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;

namespace Marketplace.Core.Access;

/// <summary>What the two sides of a request tell each other.</summary>
internal static class AccessNews
{
    /// <summary>The owners of each API, of their part, and whoever else must approve: it waits for one of them.</summary>
    public static async Task TellApproversAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, IReadOnlyList<AskedLine> lines, Application application, CancellationToken cancellation)
    {
        await ApprovalNews.TellPlatformAsync(db, now, actor, request, application, cancellation);
        var waiting = request.Items.Where(i => i.Approvals.Exists(a => a.Role == ApproverRole.Owner)).GroupBy(i => i.ApiVersionId).ToDictionary(l => l.Key, l => l.Count());
        foreach (var team in lines.Where(l => waiting.ContainsKey(l.Line.Id)).GroupBy(l => l.Line.Api!.TeamId).OrderBy(t => t.Key))
        {
            var theirs = team.Select(l => (l.Title, waiting[l.Line.Id])).ToList();
            var others = lines.Count == theirs.Count ? "" : $" It is a part of request {request.Number}, which asks others too.";
            await Inbox.TellAsync(
                db, now, actor,
                new(
                    NotificationKind.AccessRequested, $"{application.Name} asks for {RequestWords.Endpoints(theirs)}",
                    $"In {request.Environment}, until {request.Until:yyyy-MM-dd}.{others}\n{request.Justification}", LinkTo(request)),
                new() { OwnersOfTeams = [team.Key], People = await ApprovalNews.StandInsOfOwnersAsync(db, [team.Key], now, cancellation) }, cancellation);
        }
    }

    /// <summary>Whoever asked, and the team of the application.</summary>
    public static Task TellDecidedAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, IReadOnlyList<AccessRequestItem> decided, CancellationToken cancellation)
    {
        var (approved, denied) = (Counted(decided, Decision.Approved), Counted(decided, Decision.Denied));
        var outcome = (approved.Count, denied.Count) switch
        {
            (_, 0) => $"may call {RequestWords.Endpoints(approved)}",
            (0, _) => $"was denied {RequestWords.Endpoints(denied)}",
            _ => $"may call {RequestWords.Endpoints(approved)}, and was denied {denied.Sum(d => d.Count)}",
        };
        var reasons = decided.Where(i => i.Decision is Decision.Denied).Select(i => i.Reason).Distinct(StringComparer.Ordinal).Take(5).Select(reason => $"\nWhy not: {reason}");
        return Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.AccessDecided, $"{request.Application!.Name} {outcome}",
                $"Request {request.Number}, in {request.Environment}, until {request.Until:yyyy-MM-dd}.{string.Concat(reasons)}", LinkTo(request)),
            new() { People = [request.RequestedBy], Teams = [request.Application.TeamId] }, cancellation);
    }

    private static List<(string Title, int Count)> Counted(IEnumerable<AccessRequestItem> items, Decision decision) =>
    [
        .. items.Where(i => i.Decision == decision).GroupBy(i => i.Operation!.ApiVersion!)
            .Select(line => ($"{line.Key.Api!.Title} {line.Key.Version}", line.Count())).OrderBy(line => line.Item1, StringComparer.Ordinal),
    ];

    private static string LinkTo(AccessRequest request) => $"/requests/{request.Number}";
}
