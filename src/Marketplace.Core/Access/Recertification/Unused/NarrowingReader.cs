using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <param name="MayAnswer">The reader is of the team that was asked, and nobody has answered.</param>
public sealed record NarrowingRow(
    long Number, string ClientId, string Application, string TeamTitle, string Api, string ApiTitle, string Version, string Environment, int Endpoints,
    string AskedBy, DateTimeOffset AskedAt, NarrowingAnswer? Answer, string? AnsweredBy, DateTimeOffset? AnsweredAt, string? Reason, bool MayAnswer);

/// <param name="UsedSince">When it was called last, if that was after it was asked for: it stays.</param>
/// <param name="HasEnded">It stands no more.</param>
public sealed record NarrowingEndpoint(
    Guid Grant, string Operation, string Method, string Path, DateTimeOffset GrantedAt, DateTimeOffset Until, DateTimeOffset? LastUsedAt, DateTimeOffset? UsedSince, bool HasEnded);

public sealed record NarrowingDetails(NarrowingRow Row, IReadOnlyList<NarrowingEndpoint> Endpoints);

/// <summary>Both sides see a request, and the platform roles.</summary>
public sealed class NarrowingReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Those that wait first, then newest first.</summary>
    public async Task<Page<NarrowingRow>> ListAsync(Actor actor, bool openOnly, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Rows(db, Seen(db, actor).Where(r => !openOnly || r.Answer == null).OrderBy(r => r.Answer != null).ThenByDescending(r => r.Number), actor)
            .ToPageAsync(page, cancellation);
    }

    public async Task<NarrowingDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await Rows(db, Seen(db, actor).Where(r => r.Number == number), actor).SingleOrDefaultAsync(cancellation) is not { } row)
            return null;
        var now = clock.GetUtcNow();
        return new(row, await db.Database.SqlQuery<NarrowingEndpoint>(
            $"""
            select g.id as "Grant", o.key as "Operation", o.method as "Method", o.path as "Path", g.granted_at as "GrantedAt", g.valid_until as "Until",
              u.last_used_at as "LastUsedAt", case when u.last_used_at > r.asked_at then u.last_used_at end as "UsedSince",
              g.ended_at is not null or g.valid_until <= {now} as "HasEnded"
            from narrowing_request r join narrowing_item i on i.narrowing_request_id = r.id join access_grant g on g.id = i.grant_id join operation o on o.id = g.operation_id
              left join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id)
            where r.number = {number} order by o.path, o.method, g.id
            """).ToListAsync(cancellation));
    }

    private static IQueryable<NarrowingRequest> Seen(MarketplaceDb db, Actor actor) => actor.ReadsEverything
        ? db.NarrowingRequests
        : db.NarrowingRequests.Where(r => r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
            || r.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    private static IQueryable<NarrowingRow> Rows(MarketplaceDb db, IQueryable<NarrowingRequest> requests, Actor actor) => requests.Select(r => new NarrowingRow(
        r.Number, r.Application!.ClientId, r.Application.Name, r.Application.Team!.Title, r.ApiVersion!.Api!.Name, r.ApiVersion.Api.Title, r.ApiVersion.Version, r.Environment,
        db.Database.SqlQuery<Counted>($"select narrowing_request_id as \"Id\" from narrowing_item").Count(i => i.Id == r.Id),
        db.People.Where(p => p.Id == r.AskedBy).Select(p => p.DisplayName).Single(), r.AskedAt, r.Answer,
        db.People.Where(p => p.Id == r.AnsweredBy).Select(p => p.DisplayName).SingleOrDefault(), r.AnsweredAt, r.Reason,
        r.Answer == null && r.Application.Team.Memberships.Any(m => m.PersonId == actor.Id)));

    private sealed record Counted(Guid Id);
}
