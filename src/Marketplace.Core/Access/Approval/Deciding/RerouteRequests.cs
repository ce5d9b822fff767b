using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>What changed of an API while requests wait for it.</summary>
/// <param name="What">As a sentence without its end.</param>
internal sealed record ApiChange(string What, object Before, object After);

/// <summary>
/// An API's data is classified anew, or its document says other things of its endpoints, while requests wait: an endpoint
/// whose rule asks for more people by now gets them besides those that it has. It never gets fewer: whoever was to decide
/// goes on deciding.
/// </summary>
public sealed class RerouteRequests(ApprovalPolicyShelf shelf, ApprovalMemory memory)
{
    /// <summary>Call it within the transaction that changes it, after the change is written.</summary>
    internal async Task ExecuteAsync(MarketplaceDb db, Actor actor, Api api, ApiChange change, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await shelf.InEffectAsync(db, cancellation) is not var (number, policy))
            return;
        // The order in which everybody takes requests; whoever decides on one of them now is waited for.
        var ids = await db.Database.SqlQuery<Guid>(
            $"""
            select r.id as "Value" from access_request r where r.status = 'pending' and exists (
              select from access_request_item i join api_version v on v.id = i.api_version_id
              where i.access_request_id = r.id and i.decision = 'pending' and v.api_id = {api.Id})
            order by r.number for update of r
            """).ToListAsync(cancellation);
        foreach (var id in ids)
        {
            var request = await db.AccessRequests.Include(r => r.Application)
                .Include(r => r.Items).ThenInclude(i => i.Routing).Include(r => r.Items).ThenInclude(i => i.Approvals).AsSplitQuery().SingleAsync(r => r.Id == id, cancellation);
            var facts = (await RoutedItem.OfRequestAsync(db, id, memory.Since(now), cancellation)).Where(i => i.Facts.Api == api.Name).ToDictionary(i => i.Item, i => i.Facts);
            var raised = request.Items.Where(i => i.Decision == Decision.Pending && facts.TryGetValue(i.Id, out var its) && policy.Decide(its) is { } rule && Raise(db, i, rule, number, request.RequestedBy, change)).ToList();
            if (raised.Count == 0)
                continue;
            await MoreApprovers.WriteAsync(
                db, now, actor, request, $"{change.What}.",
                () => new
                {
                    api = api.Name, before = change.Before, after = change.After, policy = number, endpoints = raised.Count,
                    approvers = raised.SelectMany(i => i.Approvals).Select(a => StoredEnum.ToWord(a.Role)).Distinct(),
                },
                cancellation);
        }
    }

    private static bool Raise(MarketplaceDb db, AccessRequestItem item, PolicyRule rule, int policy, Guid requestedBy, ApiChange change)
    {
        var more = rule.Then.Roles.Except(item.Approvals.Select(a => a.Role)).ToList();
        if (more.Count == 0 || item.Routing is not { } routing)
            return false;
        var needed = MoreApprovers.Add(db, item, more, requestedBy);
        (routing.Policy, routing.Rule) = (policy, rule.Name);
        routing.Because = $"{change.What} while it waited. {rule.Because(policy)} In all, {needed.Sentence}.";
        return true;
    }
}
