using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Sandbox;

/// <summary>An application of the reader's teams.</summary>
/// <param name="Grants">Endpoints of the line that it may call in the sandbox.</param>
public sealed record SandboxApplication(string ClientId, string Name, int Grants);

/// <param name="MayCall">The application holds a grant that stands.</param>
/// <param name="Enforceable">It can be asked for.</param>
public sealed record SandboxOperation(string Key, string Method, string Path, string Summary, bool MayCall, bool Enforceable);

/// <summary>An application of the reader's teams, and whether it may call one endpoint.</summary>
public sealed record EndpointCaller(string ClientId, string Name, bool MayCall);

/// <summary>What a person can try, and as what.</summary>
public sealed class SandboxReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int MostApplications = 50;

    public async Task<IReadOnlyList<SandboxApplication>> ApplicationsAsync(Actor actor, Guid line, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var grants = db.Grants.Standing(DeploymentEnvironment.Sandbox, clock.GetUtcNow()).Where(g => g.ApiVersionId == line);
        return await db.Applications.WithMember(actor).Where(a => a.DisabledAt == null)
            .Select(a => new { a.ClientId, a.Name, Grants = grants.Count(g => g.ApplicationId == a.Id) })
            .OrderByDescending(a => a.Grants).ThenBy(a => a.Name).ThenBy(a => a.ClientId).Take(MostApplications)
            .Select(a => new SandboxApplication(a.ClientId, a.Name, a.Grants)).ToListAsync(cancellation);
    }

    public async Task<IReadOnlyList<EndpointCaller>> CallersAsync(Actor actor, Guid operation, string environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var grants = db.Grants.Standing(environment, clock.GetUtcNow()).Where(g => g.OperationId == operation);
        return await db.Applications.WithMember(actor).Where(a => a.DisabledAt == null)
            .Select(a => new { a.ClientId, a.Name, MayCall = grants.Any(g => g.ApplicationId == a.Id) })
            .OrderByDescending(a => a.MayCall).ThenBy(a => a.Name).ThenBy(a => a.ClientId).Take(MostApplications)
            .Select(a => new EndpointCaller(a.ClientId, a.Name, a.MayCall)).ToListAsync(cancellation);
    }

    /// <summary>The line's endpoints, those that the application may call in the sandbox first.</summary>
    public async Task<Page<SandboxOperation>> OperationsAsync(Guid line, string? clientId, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var grants = db.Grants.Standing(DeploymentEnvironment.Sandbox, clock.GetUtcNow()).Where(g => g.Application!.ClientId == clientId);
        return await db.Operations.Where(o => o.ApiVersionId == line && o.RemovedIn == null)
            .Select(o => new { Row = o, MayCall = grants.Any(g => g.OperationId == o.Id) })
            .OrderByDescending(o => o.MayCall).ThenBy(o => o.Row.Path).ThenBy(o => o.Row.Method).ThenBy(o => o.Row.BitIndex)
            .Select(o => new SandboxOperation(o.Row.Key, o.Row.Method, o.Row.Path, o.Row.Summary, o.MayCall, o.Row.NotEnforceable == null))
            .ToPageAsync(page, cancellation);
    }
}

public static class StandingGrants
{
    /// <summary>Those that can be used now: not ended or suspended, within their time, of an endpoint that is still published.</summary>
    public static IQueryable<Grant> Standing(this IQueryable<Grant> grants, string environment, DateTimeOffset now) => grants.Where(g =>
        g.Environment == environment && g.EndedAt == null && g.ValidFrom <= now && g.ValidUntil > now && g.Operation!.RemovedIn == null
        && (g.SuspendedAt == null || g.SuspendedUntil <= now));
}
