using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <summary>
/// A new password: one's own, or another's by an administrator. Every other session of the person ends, in all replicas
/// within seconds, and a lockout is over. An administrator's reset also revokes the person's access tokens.
/// </summary>
public sealed class SetPassword(IDbContextFactory<MarketplaceDb> databases, IPasswordHasher<Person> hasher, LiveSessions live, TimeProvider clock)
{
    public const string Field = "newPassword";

    /// <param name="actor">Who asks; the current password was checked where it is one's own.</param>
    /// <param name="userName">Whose, for an administrator; null: the actor's own.</param>
    /// <param name="password">The new one.</param>
    /// <param name="session">The one that goes on.</param>
    /// <param name="cancellation">When nobody waits any more.</param>
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, string? userName, string password, Guid? session, CancellationToken cancellation)
    {
        if (userName is not null && !actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator sets another's password; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var normalized = userName?.Trim().ToUpperInvariant();
        var person = await db.People.SingleOrDefaultAsync(p => userName == null ? p.Id == actor.Id : p.NormalizedUserName == normalized, cancellation);
        if (person is null)
            return new Problem(Problem.NotFound, "There is no such person.");
        if (password.Length is < CreatePerson.MinimumPassword or > 128)
            return new Problem("password_length", $"A password has {CreatePerson.MinimumPassword} to 128 characters.", Field);
        if (person.PasswordHash is { } old && hasher.VerifyHashedPassword(person, old, password) != PasswordVerificationResult.Failed)
            return new Problem("password_same", "That is the password that it has already; choose another one.", Field);

        var now = clock.GetUtcNow();
        person.PasswordHash = hasher.HashPassword(person, password);
        person.SecurityStamp = Guid.NewGuid().ToString("N");
        (person.AccessFailedCount, person.LockoutEnd) = (0, null);
        await db.SaveChangesAsync(cancellation);
        var ended = await SessionEnds.AllOfAsync(db, person.Id, now, SessionEnd.PasswordChanged, cancellation, but: session);
        var tokens = 0;
        if (person.Id != actor.Id)
        {
            // Reset because it was stolen, or to steal it: nothing made with the old one goes on.
            tokens = await AccessTokens.RevokeAllAsync(db, person.Id, now, cancellation);
            await AccountNews.TellAsync(db, now, actor, person, $"The password of {person.DisplayName} was set by an administrator", cancellation);
        }

        await AuditLog.AppendAsync(
            db, now, actor, new("person.password_changed", "person", person.Id.ToString(), person.UserName, null, new { sessions = ended, access_tokens = tokens }), cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.PersonId == person.Id);
        return person.Id;
    }
}
