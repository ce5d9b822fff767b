using Marketplace.Core.Access;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What ends with a line: its grants, and the requests for more of them. Set-based, within the transaction that retires it.</summary>
internal sealed class Retirement
{
    private readonly Guid[] _pending;

    private Retirement(Guid[] pending, IReadOnlyCollection<Guid> teams) => (_pending, TeamsThatWait) = (pending, teams);

    /// <summary>Teams whose requests will be denied.</summary>
    public IReadOnlyCollection<Guid> TeamsThatWait { get; }

    /// <summary>
    /// Locks the requests that wait, before the line itself is locked: a decision locks in the same order, so that
    /// whichever comes second sees what the first did.
    /// </summary>
    public static async Task<Retirement> BeginAsync(MarketplaceDb db, string api, string version, CancellationToken cancellation)
    {
        var pending = await db.Database.SqlQuery<Guid>(
            $"""
            select r.id as "Value" from access_request r join api_version v on v.id = r.api_version_id join api a on a.id = v.api_id
            where a.name = {api} and v.version = {version} and r.status = 'pending'
            order by r.number for update of r
            """).ToArrayAsync(cancellation);
        var teams = await db.AccessRequests.Where(r => pending.Contains(r.Id)).Select(r => r.Application!.TeamId).Distinct().ToListAsync(cancellation);
        return new(pending, teams);
    }

    /// <returns>How many requests were denied.</returns>
    public async Task<int> EndAsync(MarketplaceDb db, ApiVersion line, string reason, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        await db.Grants.Where(g => g.ApiVersionId == line.Id && g.EndedAt == null && g.ValidUntil > now)
            .ExecuteUpdateAsync(
                g => g.SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedBy, actor.Id)
                    .SetProperty(x => x.EndKind, GrantEnd.Retired).SetProperty(x => x.EndReason, reason),
                cancellation);
        await db.AccessRequestItems.Where(i => _pending.Contains(i.AccessRequestId) && i.Decision == Decision.Pending)
            .ExecuteUpdateAsync(
                i => i.SetProperty(x => x.Decision, Decision.Denied).SetProperty(x => x.Reason, reason)
                    .SetProperty(x => x.DecidedBy, actor.Id).SetProperty(x => x.DecidedAt, now),
                cancellation);
        return await db.AccessRequests.Where(r => _pending.Contains(r.Id) && r.Status == RequestStatus.Pending)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Decided).SetProperty(x => x.ClosedAt, now), cancellation);
    }
}
