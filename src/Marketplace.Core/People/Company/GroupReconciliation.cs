using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Company;

/// <summary>
/// Brings what groups give a person in line with the groups that they are in: given, changed and taken away. What people
/// gave by hand stays as it is.
/// </summary>
internal static class GroupReconciliation
{
    /// <returns>The groups that give anything.</returns>
    public static async Task<IReadOnlySet<string>> ApplyAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Person person, IReadOnlyList<string> groups, CancellationToken cancellation)
    {
        var names = groups.ToArray();
        var mappings = await db.GroupMappings.AsNoTracking().Where(m => names.Contains(m.GroupName)).ToListAsync(cancellation);
        var roles = mappings.Where(m => m.PlatformRole is not null).Select(m => m.PlatformRole!.Value).ToList();
        var mine = await db.Memberships.Where(m => m.PersonId == person.Id).ToListAsync(cancellation);
        // The strongest of several; who reads everything as an auditor is in no team.
        PlatformRole? role = roles.Count > 0 ? roles.Min() : null;
        if (role is PlatformRole.Auditor && mine.Exists(m => m.GivenByHand is not null))
            role = null;
        await SetRoleAsync(db, now, actor, person, role, mappings, cancellation);

        var wanted = person.PlatformRole is PlatformRole.Auditor
            ? []
            : mappings.Where(m => m.TeamId is not null).GroupBy(m => m.TeamId!.Value)
                .ToDictionary(team => team.Key, team => (Role: team.Min(m => m.TeamRole!.Value), Groups: team.Select(m => m.GroupName).Order(StringComparer.Ordinal).ToList()));
        var touched = wanted.Keys.Union(mine.Where(m => m.RoleByGroup is not null).Select(m => m.TeamId)).Order().ToArray();
        // As SetMembership does it; in one order, so that nobody waits for each other.
        await db.Database.ExecuteSqlAsync($"select 1 from team where id = any({touched}) order by id for update", cancellation);
        var teams = await db.Teams.Where(t => touched.Contains(t.Id)).ToDictionaryAsync(t => t.Id, cancellation);
        var ownedBefore = mine.Where(m => m.Role is TeamRole.Owner).Select(m => m.TeamId).ToHashSet();
        foreach (var id in touched)
        {
            var membership = mine.SingleOrDefault(m => m.TeamId == id);
            TeamRole? before = membership?.Role;
            TeamRole? byGroup = wanted.TryGetValue(id, out var gives) ? gives.Role : null;
            if (membership?.RoleByGroup == byGroup)
                continue;
            var isLeft = true;
            if (membership is null)
                db.Add(membership = new Membership { TeamId = id, PersonId = person.Id, Role = byGroup!.Value, RoleByGroup = byGroup });
            else if (!(isLeft = membership.TrySet(membership.GivenByHand, byGroup)))
                db.Remove(membership);
            await db.SaveChangesAsync(cancellation);
            await AuditLog.AppendAsync(
                db, now, actor,
                new("team.membership_changed", "team", id.ToString(), teams[id].Name,
                    byGroup is null ? "No group of theirs gives it any more." : "A group of theirs gives it.",
                    new
                    {
                        person = person.UserName,
                        before = Word(before),
                        after = isLeft ? Word(membership.Role) : null,
                        by_group = Word(byGroup),
                        groups = gives.Groups,
                    }),
                cancellation);
        }

        ownedBefore.IntersectWith(touched);
        await AccountGuards.TellOwnerlessAsync(db, now, actor, ownedBefore, cancellation);
        return mappings.Select(m => m.GroupName).ToHashSet(StringComparer.Ordinal);
    }

    private static async Task SetRoleAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Person person, PlatformRole? role, List<GroupMapping> mappings, CancellationToken cancellation)
    {
        if (person.PlatformRoleByGroup == role)
            return;
        var before = person.PlatformRole;
        person.SetRole(person.RoleGivenByHand, role);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new("person.role_changed", "person", person.Id.ToString(), person.UserName,
                role is null ? "No group of theirs gives it any more." : "A group of theirs gives it.",
                new
                {
                    before = ChangePlatformRole.Word(before),
                    after = ChangePlatformRole.Word(person.PlatformRole),
                    by_group = ChangePlatformRole.Word(role),
                    groups = mappings.Where(m => m.PlatformRole == role).Select(m => m.GroupName).Order(StringComparer.Ordinal).ToList(),
                }),
            cancellation);
    }

    private static string? Word(TeamRole? role) => role is { } given ? StoredEnum.ToWord(given) : null;
}
