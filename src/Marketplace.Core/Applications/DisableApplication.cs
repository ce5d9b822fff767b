using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

/// <summary>
/// Stops an application: it gets no token, and data planes refuse the tokens it has, since a disabled application's
/// grants are in no snapshot. Enabling brings them back as far as they have not ended.
/// </summary>
public sealed class DisableApplication(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, string clientId, bool disable, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {clientId} for update", cancellation);
        var applications = actor.Role is PlatformRole.SecurityOfficer ? db.Applications : db.Applications.WithMember(actor);
        var application = await applications.SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        if (application is null)
            return new Problem(Problem.NotFound, "There is no such application that you may change.");
        if (application.DisabledAt is not null == disable)
            return new Problem(Problem.Conflict, $"{application.Name} is {(disable ? "disabled" : "enabled")} already.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters.", "reason");

        var now = clock.GetUtcNow();
        application.DisabledAt = disable ? now : null;
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                disable ? "application.disabled" : "application.enabled", "application", application.Id.ToString(), clientId, reason.Trim()),
            cancellation);
        var revision = await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return revision;
    }
}
