using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <summary>Who has a platform role, to be told of something.</summary>
internal static class PlatformHolders
{
    public static Task<List<Guid>> HoldersOfAsync(this MarketplaceDb db, CancellationToken cancellation, params PlatformRole[] roles) =>
        db.People.Where(p => p.PlatformRole != null && roles.Contains(p.PlatformRole.Value)).Select(p => p.Id).ToListAsync(cancellation);
}
