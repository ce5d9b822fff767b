using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Applications;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <param name="Lines">What is asked for: endpoints of one line, or of several as one request.</param>
public sealed record AccessRequestInput(
    string ClientId, string Environment, IReadOnlyList<LineEndpoints> Lines, string Justification, DateTimeOffset Until)
{
    /// <summary>Of one line.</summary>
    public AccessRequestInput(
        string clientId, string api, string version, string environment, IReadOnlyList<string> operations, string justification, DateTimeOffset until)
        : this(clientId, environment, [new(api, version, operations)], justification, until)
    {
    }
}

/// <summary>An application's team asks for chosen operations; the owners of each API find their part in their inbox.</summary>
public sealed class SubmitAccessRequest(IDbContextFactory<MarketplaceDb> databases, RouteRequest route, EndDates endDates, ApprovalMemory memory, TimeProvider clock)
{
    public const int MaximumOperations = 1000;
    public const int MaximumLines = 50;

    /// <summary>Approvers are told of each, also of those that are taken back.</summary>
    public const int PerHour = 200;
    public const int WithdrawnPerHour = 20;
    private const int MinimumJustification = 10;
    internal const int MaximumJustification = 2000;

    /// <returns>The request's number.</returns>
    public Task<Outcome<long>> ExecuteAsync(Actor actor, AccessRequestInput input, CancellationToken cancellation) =>
        ExecuteAsync(actor, input, null, cancellation);

    /// <param name="sent">The draft that it was until now; it goes when the request comes.</param>
    internal async Task<Outcome<long>> ExecuteAsync(Actor actor, AccessRequestInput input, DraftDetails? sent, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (sent is not null && await db.AccessDrafts.Where(d => d.Id == sent.Id && d.Revision == sent.Revision).ExecuteDeleteAsync(cancellation) == 0)
            return new Problem(Problem.Conflict, "This draft has been sent, changed or discarded meanwhile; look at your requests and drafts.");
        var now = clock.GetUtcNow();
        var named = LineEndpoints.Merged(input.Lines);
        var problems = Check(input, named, now);
        if (named.Count > MaximumLines)
            return problems;
        var (asked, withdrawn) = await LatelyAsync(db, actor, now.AddHours(-1), cancellation);
        if (asked >= PerHour || withdrawn >= WithdrawnPerHour)
            return new Problem(Problem.TooMany, $"You have asked {asked} times within an hour, and taken {withdrawn} of that back. Each is told to its approvers: go on in a while, with more endpoints in one request.");
        await Held.ApisAsync(db, [.. named.Select(l => l.Api)], cancellation);
        await Held.LinesAsync(db, [.. named.Select(l => new LineName(l.Api, l.Version))], cancellation);
        await Held.ApplicationAsync(db, input.ClientId, cancellation);

        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == input.ClientId, cancellation);
        if (application is null)
            problems.Add(new("application_unknown", "Choose an application of a team that you are a member of.", "application"));
        else if (application.DisabledAt is not null)
            problems.Add(new("application_disabled", "This application is disabled; enable it or choose another.", "application"));

        if (!await db.Environments.AnyAsync(e => e.Name == input.Environment, cancellation))
            problems.Add(new("environment_unknown", "Choose sandbox or production.", "environment"));

        var (lines, missing) = await AskedLine.FindAsync(db, actor, named, cancellation);
        if (missing.Any(p => p.Code == Problem.NotFound))
            return missing.ToList();
        problems.AddRange(missing);
        var data = await memory.ClassificationsAsync(db, lines.Select(l => l.Line.ApiId), now, cancellation);
        if (endDates.CheckBound(input.Until, now, input.Environment, data) is { } late)
            problems.Add(late);
        (lines, var unfit) = await PlanChoice.OfAsync(db, lines, named, input.Environment, input.Until, now, cancellation);
        problems.AddRange(unfit);
        if (application is not null)
            problems.AddRange(await AlreadyAskedAsync(db, application.Id, input.Environment, lines, cancellation));
        if (problems.Count > 0)
            return problems;

        var request = new AccessRequest
        {
            ApplicationId = application!.Id,
            Environment = input.Environment,
            Justification = input.Justification.Trim(),
            Until = input.Until.ToUniversalTime(),
            Status = RequestStatus.Pending,
            RequestedBy = actor.Id,
            RequestedAt = now,
        };
        request.Items.AddRange(lines.SelectMany(l => l.Operations, (l, o) => new AccessRequestItem
        {
            AccessRequestId = request.Id,
            OperationId = o.Id,
            ApiVersionId = l.Line.Id,
            PlanLimitsId = l.Limits?.Id,
        }));
        db.Add(request);
        await db.SaveChangesAsync(cancellation);
        if (await route.ExecuteAsync(db, request, cancellation) is not { } routed)
            return RouteRequest.NoPolicy;
        await AccessNews.TellApproversAsync(db, now, actor, request, lines, application, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "access_request.submitted", "access_request", request.Number.ToString(), $"request {request.Number}", request.Justification,
                new { application = application.ClientId, environment = input.Environment, lines = AskedLine.Told(named, lines), until = request.Until, routing = routed.Told }),
            cancellation);
        await ApproveAsync(db, now, request, routed, application, cancellation);
        await transaction.CommitAsync(cancellation);
        return request.Number;
    }

    /// <summary>What the policy approves by itself is granted at once.</summary>
    private static async Task ApproveAsync(
        MarketplaceDb db, DateTimeOffset now, AccessRequest request, RoutedRequest routed, Application application, CancellationToken cancellation)
    {
        if (routed.Automatic.Count == 0)
            return;
        foreach (var item in routed.Automatic)
            item.Decision = Decision.Approved;
        await GrantApproved.ExecuteAsync(
            db, now, routed.Approver, request, routed.Automatic,
            new(
                "access_request.decided", "access_request", request.Number.ToString(), $"request {request.Number}", null,
                new { application = application.ClientId, environment = request.Environment, until = request.Until, decisions = routed.Automatic.Select(i => new { i.Operation!.Key, rule = i.Routing!.Rule, policy = i.Routing.Policy, Before = "pending", After = "approved" }) }),
            cancellation);
    }

    private static async Task<(int Asked, int Withdrawn)> LatelyAsync(MarketplaceDb db, Actor actor, DateTimeOffset since, CancellationToken cancellation)
    {
        var lately = await db.AccessRequests.Where(r => r.RequestedBy == actor.Id && r.RequestedAt > since).GroupBy(r => r.Status == RequestStatus.Withdrawn)
            .Select(g => new { Withdrawn = g.Key, Count = g.Count() }).ToListAsync(cancellation);
        return (lately.Sum(l => l.Count), lately.Where(l => l.Withdrawn).Sum(l => l.Count));
    }

    private static List<Problem> Check(AccessRequestInput input, IReadOnlyList<LineEndpoints> named, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (named.Count == 0 || named.Any(l => l.Operations.Count == 0))
            problems.Add(new("operations_missing", "Choose at least one endpoint.", "operations"));
        if (named.Sum(l => l.Operations.Count) > MaximumOperations)
            problems.Add(new("operations_too_many", $"One request takes at most {MaximumOperations} endpoints; split it.", "operations"));
        if (named.Count > MaximumLines)
            problems.Add(new("lines_too_many", $"One request takes endpoints of at most {MaximumLines} APIs; split it.", "operations"));
        if (input.Justification.Trim().Length is < MinimumJustification or > MaximumJustification)
            problems.Add(new("justification_length", $"Say why in {MinimumJustification} to {MaximumJustification} characters: the owner decides by it.", "justification"));
        if (EndDates.CheckPast(input.Until, now) is { } past)
            problems.Add(past);
        return problems;
    }

    private static async Task<List<Problem>> AlreadyAskedAsync(
        MarketplaceDb db, Guid applicationId, string environment, IReadOnlyList<AskedLine> lines, CancellationToken cancellation)
    {
        var ids = lines.SelectMany(l => l.Operations).Select(o => o.Id).ToArray();
        var pending = await db.AccessRequests
            .Where(r => r.ApplicationId == applicationId && r.Environment == environment && r.Status == RequestStatus.Pending)
            .SelectMany(r => r.Items, (r, i) => new { r.Number, i.OperationId, i.Decision, i.Operation!.Key })
            .Where(i => i.Decision == Decision.Pending && ids.Contains(i.OperationId))
            .OrderBy(i => i.Key).Take(5).ToListAsync(cancellation);
        return pending.ConvertAll(i => new Problem("already_requested", $"{i.Key} is already asked for in request {i.Number}.", "operations"));
    }
}
