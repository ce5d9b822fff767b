using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <summary>Gives or takes a platform role by hand. Sessions and tokens go on, with the new role, within seconds.</summary>
public sealed class ChangePlatformRole(IDbContextFactory<MarketplaceDb> databases, LiveSessions live, TimeProvider clock)
{
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, string userName, PlatformRole? role, CancellationToken cancellation)
    {
        const string field = "platformRole";
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator gives platform roles; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var person = await AccountGuards.LockAsync(db, userName, cancellation);
        if (person is null)
            return new Problem(Problem.NotFound, "There is no such person.");
        if (person.Id == actor.Id)
            return new Problem("own_role", "You cannot change your own role; ask another administrator.", field);
        if (role is PlatformRole.Auditor && await db.Memberships.AnyAsync(m => m.PersonId == person.Id, cancellation))
            return SetMembership.NoAuditor(field);
        if (role is not PlatformRole.Administrator && await AccountGuards.IfLastAdministratorAsync(db, person, field, cancellation) is { } last)
            return last;

        var before = person.PlatformRole;
        person.SetRole(byHand: role, person.PlatformRoleByGroup);
        var now = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
        if (person.PlatformRole != before)
            await AccountNews.TellAsync(db, now, actor, person, $"{person.DisplayName} is {(person.PlatformRole is null ? "no longer" : "now")} {AccountNews.Called((person.PlatformRole ?? before)!.Value)}", cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new("person.role_changed", "person", person.Id.ToString(), person.UserName, null,
                new { before = Word(before), after = Word(person.PlatformRole), by_group = Word(person.PlatformRoleByGroup) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.PersonId == person.Id);
        return person.Id;
    }

    internal static string? Word(PlatformRole? role) => role is { } given ? StoredEnum.ToWord(given) : null;
}
