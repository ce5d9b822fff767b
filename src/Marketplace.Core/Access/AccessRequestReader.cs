using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public sealed class AccessRequestReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Beyond so many that wait, which ones they are is looked through once a while.</summary>
    private const int MostSkippedEachTime = 1000;

    private readonly BriefMemory<Guid, long[]> _waiting = new(clock, TimeSpan.FromSeconds(30), 50);

    /// <summary>Requests that wait for the actor: with an endpoint that needs an approval which the actor can give, oldest first.</summary>
    public async Task<Page<AccessRequestRow>> InboxAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var authority = await Authority.OfAsync(db, actor, clock.GetUtcNow(), cancellation);
        return page.Skip < MostSkippedEachTime
            ? await PageAsync(db, db.AccessRequests.WaitingFor(authority).OrderBy(r => r.Number), page, cancellation)
            : await DeepAsync(db, authority, page, cancellation);
    }

    /// <summary>So far down nobody reads from the top: of those that waited a moment ago, the page's, as far as they wait still.</summary>
    private async Task<Page<AccessRequestRow>> DeepAsync(MarketplaceDb db, Authority authority, PageRequest page, CancellationToken cancellation)
    {
        var numbers = await _waiting.GetAsync(authority.Actor.Id, async () =>
        {
            await using var own = await databases.CreateDbContextAsync();
            return await own.AccessRequests.WaitingFor(authority).OrderBy(r => r.Number).Select(r => r.Number).ToArrayAsync();
        });
        var shown = numbers.Skip(page.Skip).Take(page.Size).ToArray();
        var rows = await Rows(db, db.AccessRequests.Where(r => shown.Contains(r.Number)).WaitingFor(authority).OrderBy(r => r.Number)).ToListAsync(cancellation);
        return new(await WithLinesAsync(db, rows, cancellation), numbers.Length, page);
    }

    public async Task<int> InboxCountAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var authority = await Authority.OfAsync(db, actor, clock.GetUtcNow(), cancellation);
        return await db.AccessRequests.WaitingFor(authority).CountAsync(cancellation);
    }

    /// <summary>What the actor's teams asked and nobody has decided yet, newest first.</summary>
    public async Task<Page<AccessRequestRow>> AskedAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var asked = db.AccessRequests.Where(r => r.Status == RequestStatus.Pending && r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id));
        return await PageAsync(db, asked.OrderByDescending(r => r.Number), page, cancellation);
    }

    /// <summary>All that the actor may see, newest first; of one application or one status if given.</summary>
    public async Task<Page<AccessRequestRow>> ListAsync(
        Actor actor, string? clientId, RequestStatus? status, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var requests = db.AccessRequests.Within(await TeamReach.OfAsync(db, actor, cancellation))
            .Where(r => (clientId == null || r.Application!.ClientId == clientId) && (status == null || r.Status == status));
        return await PageAsync(db, requests.OrderByDescending(r => r.Number), page, cancellation);
    }

    public async Task<AccessRequestDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var requests = db.AccessRequests.Within(await TeamReach.OfAsync(db, actor, cancellation)).Where(r => r.Number == number);
        var found = await requests.Select(r => new
        {
            r.Id,
            r.Justification,
            r.ClosedAt,
            r.RequestedBy,
            MayWithdraw = r.Status == RequestStatus.Pending && r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id),
        }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var row = (await WithLinesAsync(db, await Rows(db, requests).ToListAsync(cancellation), cancellation))[0];
        var now = clock.GetUtcNow();
        var (items, platform) = await ItemReader.ReadAsync(db, await Authority.OfAsync(db, actor, now, cancellation), found.Id, now, cancellation);
        var names = row.Lines.Select(l => l.Team).Distinct().ToArray();
        var teams = await db.Teams.Where(t => names.Contains(t.Name)).OrderBy(t => t.Title)
            .Select(t => new DecidingTeam(
                t.Name, t.Title,
                t.Memberships.Where(m => m.Role == TeamRole.Owner && m.PersonId != found.RequestedBy)
                    .OrderBy(m => m.Person!.DisplayName).Select(m => m.Person!.DisplayName).ToList()))
            .ToListAsync(cancellation);
        return new(row, found.Justification, found.ClosedAt, found.MayWithdraw, teams, items) { Platform = platform };
    }

    private static async Task<Page<AccessRequestRow>> PageAsync(
        MarketplaceDb db, IQueryable<AccessRequest> requests, PageRequest page, CancellationToken cancellation)
    {
        var rows = await Rows(db, requests).ToPageAsync(page, cancellation);
        return rows with { Items = await WithLinesAsync(db, rows.Items, cancellation) };
    }

    private static IQueryable<AccessRequestRow> Rows(MarketplaceDb db, IQueryable<AccessRequest> requests) =>
        requests.Select(r => new AccessRequestRow(
            r.Number, r.Application!.Name, r.Application.ClientId, r.Application.Team!.Title, r.Environment, r.Status,
            db.People.Where(p => p.Id == r.RequestedBy).Select(p => p.DisplayName).Single(), r.RequestedAt, r.Until, 0, 0, 0));

    /// <summary>With how much was asked of each line, and of all together: a request may have thousands of endpoints, so they are counted once.</summary>
    private static async Task<IReadOnlyList<AccessRequestRow>> WithLinesAsync(
        MarketplaceDb db, IReadOnlyList<AccessRequestRow> rows, CancellationToken cancellation)
    {
        var numbers = rows.Select(r => r.Number).ToArray();
        if (numbers.Length == 0)
            return rows;
        var lines = (await db.Database.SqlQuery<RequestedLineRow>(
            $"""
            select i.number as "Number", a.name as "Api", a.title as "ApiTitle", v.version as "Version", t.name as "Team", t.title as "TeamTitle",
              i.operations as "Operations", i.approved as "Approved", i.denied as "Denied"
            from (
              select r.number, i.api_version_id, count(*)::int as operations, (count(*) filter (where i.decision = 'approved'))::int as approved,
                (count(*) filter (where i.decision = 'denied'))::int as denied
              from access_request r join access_request_item i on i.access_request_id = r.id where r.number = any({numbers}) group by 1, 2) i
              join api_version v on v.id = i.api_version_id join api a on a.id = v.api_id join team t on t.id = a.team_id
            """).ToListAsync(cancellation)).ToLookup(l => l.Number);
        return
        [
            .. rows.Select(r => r with
            {
                Operations = lines[r.Number].Sum(l => l.Operations),
                Approved = lines[r.Number].Sum(l => l.Approved),
                Denied = lines[r.Number].Sum(l => l.Denied),
                Lines = [.. lines[r.Number].OrderBy(l => l.ApiTitle, StringComparer.Ordinal).ThenBy(l => l.Version, StringComparer.Ordinal)],
            }),
        ];
    }
}
