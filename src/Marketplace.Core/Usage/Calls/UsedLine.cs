using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Usage.Calls;

/// <summary>A line whose calls somebody looks at.</summary>
/// <param name="Clients">Whose calls the actor may see; null for all.</param>
internal sealed record UsedLine(Guid Id, string[]? Clients)
{
    public bool SeesAll => Clients is null;

    /// <summary>Null when there is none that the actor may see.</summary>
    public static async Task<UsedLine?> FindAsync(MarketplaceDb db, Actor actor, string api, string version, CancellationToken cancellation)
    {
        var line = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version)
            .Select(v => new { v.Id, IsMine = v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id) }).SingleOrDefaultAsync(cancellation);
        if (line is null)
            return null;
        return new(line.Id, line.IsMine || actor.ReadsEverything
            ? null
            : await db.Applications.WithMember(actor).Select(a => a.ClientId).ToArrayAsync(cancellation));
    }
}
