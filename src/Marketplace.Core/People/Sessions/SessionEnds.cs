using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <summary>The statements that end sessions; call them in the transaction of what ends them.</summary>
internal static class SessionEnds
{
    public static Task<int> AllOfAsync(
        MarketplaceDb db, Guid person, DateTimeOffset now, SessionEnd by, CancellationToken cancellation, Guid? but = null) =>
        EndAsync(db.PersonSessions.Where(s => s.PersonId == person && (but == null || s.Id != but)), now, by, cancellation);

    public static Task<int> EndAsync(IQueryable<PersonSession> sessions, DateTimeOffset now, SessionEnd by, CancellationToken cancellation) =>
        sessions.Where(s => s.EndedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now).SetProperty(s => s.EndedBy, by), cancellation);

    public static Task IdleAsync(MarketplaceDb db, Guid session, DateTimeOffset now, CancellationToken cancellation) =>
        EndAsync(db.PersonSessions.Where(s => s.Id == session), now, SessionEnd.Idle, cancellation);
}
