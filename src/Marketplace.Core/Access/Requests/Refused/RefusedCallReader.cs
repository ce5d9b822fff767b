using Marketplace.Contracts.Policy;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Refused;

/// <summary>From a refusal to the request that would mend it. Matches a path as the data planes do.</summary>
public sealed class RefusedCallReader(IDbContextFactory<MarketplaceDb> databases)
{
    private const int LongestPath = 4000;

    /// <summary>Null when the line is none that the actor sees.</summary>
    public async Task<AnswerToRefusal?> FindAsync(Actor actor, RefusedCall call, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var visible = db.ApiVersions.VisibleTo(actor);
        var line = await visible
            .Where(v => call.Audience == null ? v.Api!.Name == call.Api && v.Version == call.Version : v.Audiences.Any(a => a.Uri == call.Audience))
            .Select(v => new
            {
                v.Id,
                Api = v.Api!.Name,
                v.Version,
                v.BasePath,
                Environment = v.Audiences.Where(a => a.Uri == call.Audience).Select(a => a.Environment).FirstOrDefault(),
                Named = v.Audiences.Where(a => a.Environment == call.Environment).Select(a => a.Environment).FirstOrDefault(),
            }).SingleOrDefaultAsync(cancellation);
        if (line is null)
            return null;
        var published = db.Operations.Where(o => o.ApiVersionId == line.Id && o.RemovedIn == null);
        var operation = call.Operation is { Length: > 0 } key
            ? await published.Where(o => o.Key == key).Select(o => o.Key).SingleOrDefaultAsync(cancellation)
            : null;
        if (operation is null && call is { Method: { } method, Path: { Length: <= LongestPath } path })
        {
            var all = await published.Select(o => new PolicyOperation(o.BitIndex, o.Key, o.Method, o.Path)).ToListAsync(cancellation);
            operation = new OperationMatcher(all, line.BasePath).Match(method, path.Split('?')[0]).Operation?.Key;
        }

        return new(
            line.Api, line.Version, line.Environment ?? line.Named ?? DeploymentEnvironment.Production, call.Client, operation,
            operation is null ? call.Path?.Split('?')[0] ?? call.Operation : null);
    }
}
