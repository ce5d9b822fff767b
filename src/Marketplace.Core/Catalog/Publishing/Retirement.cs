using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What ends with a line: its grants, and what is asked of it. Set-based, within the transaction that retires it.</summary>
internal sealed class Retirement
{
    private readonly ApiVersion _line;
    private readonly Guid[] _pending;

    private Retirement(ApiVersion line, Guid[] pending, IReadOnlyCollection<Guid> teams) => (_line, _pending, TeamsThatWait) = (line, pending, teams);

    /// <summary>Teams that will be denied what they asked of it.</summary>
    public IReadOnlyCollection<Guid> TeamsThatWait { get; }

    /// <summary>Call it with the line held: nobody asks for more of it any more, and whoever was asking has asked.</summary>
    public static async Task<Retirement> OfAsync(MarketplaceDb db, ApiVersion line, CancellationToken cancellation)
    {
        var pending = await db.Database.SqlQuery<Guid>(
            $"""
            select r.id as "Value" from access_request r where r.status = 'pending' and exists (
              select from access_request_item i where i.access_request_id = r.id and i.api_version_id = {line.Id} and i.decision = 'pending')
            order by r.number for update
            """).ToArrayAsync(cancellation);
        var teams = await db.AccessRequests.Where(r => pending.Contains(r.Id)).Select(r => r.Application!.TeamId).Distinct().ToListAsync(cancellation);
        return new(line, pending, teams);
    }

    /// <summary>What a request asks of other lines goes on waiting there.</summary>
    /// <returns>How many requests it concerned.</returns>
    public async Task<int> EndAsync(MarketplaceDb db, string reason, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        await HeldGrants.OfLineAsync(db, _line.Id, cancellation);
        await db.Grants.Where(g => g.ApiVersionId == _line.Id && g.EndedAt == null && g.ValidUntil > now)
            .ExecuteUpdateAsync(
                g => g.SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedBy, actor.Id)
                    .SetProperty(x => x.EndKind, GrantEnd.Retired).SetProperty(x => x.EndReason, reason),
                cancellation);
        await db.AccessRequestItems.Where(i => _pending.Contains(i.AccessRequestId) && i.ApiVersionId == _line.Id && i.Decision == Decision.Pending)
            .ExecuteUpdateAsync(
                i => i.SetProperty(x => x.Decision, Decision.Denied).SetProperty(x => x.Reason, reason)
                    .SetProperty(x => x.DecidedBy, actor.Id).SetProperty(x => x.DecidedAt, now),
                cancellation);
        await db.AccessRequests.Where(r => _pending.Contains(r.Id) && r.Items.All(i => i.Decision != Decision.Pending))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Decided).SetProperty(x => x.ClosedAt, now), cancellation);
        return _pending.Length;
    }
}
