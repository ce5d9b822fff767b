using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public sealed record RevokedGrant(Guid Id, long Revision);

/// <summary>Ends a grant now. The API's owners may, the application's own team may, a security officer may.</summary>
public sealed class RevokeGrant(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<RevokedGrant>> ExecuteAsync(Actor actor, Guid grantId, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from access_grant where id = {grantId} for update", cancellation);
        var grant = await db.Grants.Where(EndableBy(actor)).Include(g => g.Operation!.ApiVersion!.Api).Include(g => g.Application)
            .SingleOrDefaultAsync(g => g.Id == grantId, cancellation);
        if (grant is null)
            return new Problem(Problem.NotFound, "There is no such grant that you may revoke.");
        if (grant.EndedAt is not null)
            return new Problem("already_ended", $"This grant was {StoredEnum.ToWord(grant.EndKind!.Value)} at {grant.EndedAt:yyyy-MM-dd HH:mm} UTC.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters: the team that loses access will read it.", "reason");

        var now = clock.GetUtcNow();
        (grant.EndedAt, grant.EndedBy, grant.EndKind, grant.EndReason) = (now, actor.Id, GrantEnd.Revoked, reason.Trim());
        await db.SaveChangesAsync(cancellation);
        await AccessNews.TellRevokedAsync(db, now, actor, grant, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "grant.revoked", "grant", grant.Id.ToString(), $"{grant.Application!.ClientId} → {grant.Operation!.Key}", grant.EndReason,
                new { application = grant.Application.ClientId, operation = grant.Operation.Key, environment = grant.Environment }),
            cancellation);
        var revision = await PolicyLog.AppendAsync(
            db, now, [new(PolicyChangeKind.Revoked, grant.ApiVersionId, grant.Environment, grant.ApplicationId)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new RevokedGrant(grant.Id, revision);
    }

    private static System.Linq.Expressions.Expression<Func<Grant, bool>> EndableBy(Actor actor)
    {
        if (actor.Role is PlatformRole.SecurityOfficer)
            return _ => true;
        return g => g.Operation!.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)
            || g.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id);
    }
}
