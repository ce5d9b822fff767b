using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <param name="Team">The team's name.</param>
/// <param name="UserName">Whose membership.</param>
/// <param name="Role">Null takes the person out of the team.</param>
public sealed record SetMembershipInput(string Team, string UserName, TeamRole? Role);

/// <summary>A team's owners say who is in it; so may an administrator, but not of himself. A team always keeps an owner.</summary>
public sealed class SetMembership(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, SetMembershipInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Two owners who take each other out at once must not leave the team without one.
        await db.Database.ExecuteSqlAsync($"select 1 from team where name = {input.Team} for update", cancellation);
        var teams = actor.IsAdministrator ? db.Teams : db.Teams.WithOwner(actor);
        var team = await teams.Include(t => t.Memberships).SingleOrDefaultAsync(t => t.Name == input.Team, cancellation);
        if (team is null)
            return new Problem(Problem.NotFound, "There is no such team that you own.");
        var normalized = input.UserName.Trim().ToUpperInvariant();
        var person = await db.People.SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, cancellation);
        if (person is null)
            return new Problem("person_unknown", "There is no person with this user name.", "userName");
        if (input.Role is not null && person.PlatformRole is PlatformRole.Auditor)
            return NoAuditor("userName");

        var membership = team.Memberships.SingleOrDefault(m => m.PersonId == person.Id);
        if (actor.IsAdministrator && person.Id == actor.Id && input.Role is not null && membership?.Role is not TeamRole.Owner)
            return new Problem("own_membership", "You cannot put yourself into a team: its access would be yours. Ask one of its owners or another administrator.", "userName");
        var before = Word(membership);
        if (membership is null && input.Role is { } added)
            team.Memberships.Add(new Membership { TeamId = team.Id, PersonId = person.Id, Role = added });
        else if (membership is null)
            return new Problem(Problem.Conflict, $"{person.DisplayName} is not in the team.", "userName");
        else if (input.Role is null && membership is { RoleByGroup: not null, RoleByHand: null })
            return new Problem("by_group", $"{person.DisplayName} is in the team by a group of the identity provider. Take them out of that group, or have an administrator change what it gives.", "userName");
        else if (!membership.TrySet(byHand: input.Role, membership.RoleByGroup))
            team.Memberships.Remove(membership);
        if (team.Memberships.TrueForAll(m => m.Role != TeamRole.Owner))
            return new Problem("last_owner", "A team needs an owner; name another one first.", "userName");

        var now = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "team.membership_changed", "team", team.Id.ToString(), team.Name, null,
                new { person = person.UserName, before, after = Word(team.Memberships.SingleOrDefault(m => m.PersonId == person.Id)) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return team.Id;
    }

    private static string? Word(Membership? membership) => membership is null ? null : StoredEnum.ToWord(membership.Role);

    internal static Problem NoAuditor(string field) =>
        new("auditor_in_team", "An auditor reads everything and changes nothing, so cannot be in a team.", field);
}
