using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Comments;

public sealed record RequestCommentRow(Guid Id, string Markdown, string WrittenBy, DateTimeOffset WrittenAt);

/// <summary>Comments are for whoever sees the request.</summary>
public sealed class RequestCommentReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Oldest first. Null when there is no such request to see.</summary>
    public async Task<Page<RequestCommentRow>?> ListAsync(Actor actor, long number, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var request = await db.AccessRequests.Within(await TeamReach.OfAsync(db, actor, cancellation)).Where(r => r.Number == number).Select(r => (Guid?)r.Id).SingleOrDefaultAsync(cancellation);
        if (request is null)
            return null;
        return await db.RequestComments.Where(c => c.AccessRequestId == request).OrderBy(c => c.WrittenAt).ThenBy(c => c.Id)
            .Select(c => new RequestCommentRow(
                c.Id, c.Markdown, db.People.Where(p => p.Id == c.WrittenBy).Select(p => p.DisplayName).Single(), c.WrittenAt))
            .ToPageAsync(page, cancellation);
    }
}
