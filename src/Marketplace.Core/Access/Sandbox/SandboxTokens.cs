using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Sandbox;

public sealed record SandboxToken(string AccessToken, int ExpiresIn, string Audience);

/// <summary>The way to the token plane, which may be another process.</summary>
public interface ISandboxIssuer
{
    /// <param name="statement">Seals a new one for each attempt: each is good for one.</param>
    /// <param name="audience">That the token shall have.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<Outcome<SandboxToken>> IssueAsync(Func<string> statement, string audience, CancellationToken cancellation);
}

/// <summary>
/// A member of an application's team tries an API in the sandbox as that application. The token plane decides what the
/// token carries; nothing is handed out that the audit trail does not tell of.
/// </summary>
public sealed class SandboxTokens(IDbContextFactory<MarketplaceDb> databases, ISandboxIssuer issuer, MasterKey key, TimeProvider clock)
{
    public async Task<Outcome<SandboxToken>> IssueAsync(Actor actor, string api, string version, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var line = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version)
            .Select(v => new { v.Id, v.Lifecycle, Audience = v.Audiences.Where(a => a.Environment == DeploymentEnvironment.Sandbox).Select(a => a.Uri).SingleOrDefault() })
            .SingleOrDefaultAsync(cancellation);
        if (line is null)
            return new Problem(Problem.NotFound, $"There is no {api} {version} in the catalog.");
        if (line.Audience is null || line.Lifecycle is not (Lifecycle.Published or Lifecycle.Deprecated))
            return new Problem("version_not_open", $"{api} {version} cannot be called in the sandbox: only published versions can.");
        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        if (application is null)
            return new Problem("application_unknown", "Choose an application of a team that you are a member of.", "application");
        if (application.DisabledAt is not null)
            return new Problem("application_disabled", "This application is stopped; enable it or choose another.", "application");
        var now = clock.GetUtcNow();
        if (!await db.Grants.Standing(DeploymentEnvironment.Sandbox, now).AnyAsync(g => g.ApplicationId == application.Id && g.ApiVersionId == line.Id, cancellation))
            return new Problem("no_sandbox_grant", $"{application.Name} holds no sandbox grant for {api} {version}: request access in the sandbox first.", "application");

        string State() => new SandboxStatement(
            application.ClientId, line.Audience, actor.Id, clock.GetUtcNow().ToUnixTimeSeconds() + SandboxStatement.LifetimeSeconds, Guid.NewGuid()).Seal(key);
        var issued = await issuer.IssueAsync(State, line.Audience, cancellation);
        if (!issued.Succeeded)
            return issued;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "sandbox_token.issued", "application", application.Id.ToString(), $"{application.ClientId} at {api} {version}", null,
                new { application = application.ClientId, audience = line.Audience, expires_in = issued.Value.ExpiresIn }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return issued;
    }
}
