using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

/// <summary>From now on the credential gets no token. The team may do it, and a security officer.</summary>
public sealed class RevokeCredential(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, string clientId, Guid credentialId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var applications = actor.Role is PlatformRole.SecurityOfficer ? db.Applications : db.Applications.WithMember(actor);
        var application = await applications.SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        var revoked = application is null ? 0 : await db.Credentials
            .Where(c => c.Id == credentialId && c.ApplicationId == application.Id && c.RevokedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.RevokedAt, now), cancellation);
        if (revoked == 0)
            return new Problem(Problem.NotFound, "There is no such credential in use that you may revoke.");

        var credential = await db.Credentials.Where(c => c.Id == credentialId).Select(c => new { c.Kind, c.Label, c.Hint }).SingleAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "credential.revoked", "application", application!.Id.ToString(), clientId, null,
                new { credential = credentialId, kind = StoredEnum.ToWord(credential.Kind), credential.Label, credential.Hint, before = "in use", after = "revoked" }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return credentialId;
    }
}
