using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Company;

/// <param name="Group">As the identity provider writes it, to the letter.</param>
/// <param name="Team">The team's name; null for a platform role.</param>
/// <param name="TeamRole">With a team.</param>
/// <param name="PlatformRole">Without one.</param>
public sealed record GroupMappingInput(string Group, string? Team, TeamRole? TeamRole, PlatformRole? PlatformRole);

public sealed record GroupMappingRow(
    Guid Id, string Group, string? Team, string? TeamTitle, TeamRole? TeamRole, PlatformRole? PlatformRole, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>Administrators say what a group of the identity provider gives. It counts from each person's next sign-in on.</summary>
public sealed class ChangeGroupMapping(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private static readonly Problem NotYours = new(Problem.Forbidden, "Only an administrator says what groups give; ask one.");

    public async Task<Outcome<Guid>> AddAsync(Actor actor, GroupMappingInput input, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var problems = new List<Problem>();
        var group = input.Group.Trim();
        if (group.Length is 0 or > 256)
            problems.Add(new("group_length", "Name the group in 1 to 256 characters, as the identity provider writes it.", "group"));
        var team = input.Team is null ? null : await db.Teams.SingleOrDefaultAsync(t => t.Name == input.Team, cancellation);
        if (input.Team is not null && team is null)
            problems.Add(new("team_unknown", "There is no team with this name.", "team"));
        if ((input.Team is null) != (input.TeamRole is null) || (input.Team is null) == (input.PlatformRole is null))
            problems.Add(new("gives_one", "A group gives either a role in a team or a platform role; choose one of the two.", "gives"));
        // Who may change this would otherwise put themselves into any team.
        if (await db.PersonIdentities.AnyAsync(i => i.PersonId == actor.Id && i.Groups.Contains(group), cancellation))
            problems.Add(new("own_group", "You are in this group yourself: what it gives would be yours. Ask another administrator.", "group"));
        if (problems.Count > 0)
            return problems;
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({group}, 28))", cancellation);
        if (await db.GroupMappings.AnyAsync(m => m.GroupName == group && m.TeamId == (team == null ? null : team.Id), cancellation))
            return new Problem("mapping_taken", team is null ? "The group gives a platform role already." : "The group gives a role in this team already.", "group");

        var now = clock.GetUtcNow();
        var mapping = new GroupMapping
        {
            GroupName = group,
            TeamId = team?.Id,
            TeamRole = input.TeamRole,
            PlatformRole = input.PlatformRole,
            CreatedBy = actor.Id,
            CreatedAt = now,
        };
        db.Add(mapping);
        await db.SaveChangesAsync(cancellation);
        await AppendAsync(db, actor, "group_mapping.added", true, mapping, team?.Name, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return mapping.Id;
    }

    public async Task<Outcome<Guid>> RemoveAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var mapping = await db.GroupMappings.Include(m => m.Team).SingleOrDefaultAsync(m => m.Id == id, cancellation);
        if (mapping is null)
            return new Problem(Problem.NotFound, "There is no such mapping; somebody may have removed it already.");
        db.Remove(mapping);
        await db.SaveChangesAsync(cancellation);
        await AppendAsync(db, actor, "group_mapping.removed", false, mapping, mapping.Team?.Name, clock.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    public async Task<Page<GroupMappingRow>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.GroupMappings.OrderBy(m => m.GroupName).ThenBy(m => m.Team!.Title).ThenBy(m => m.Id)
            .Select(m => new GroupMappingRow(
                m.Id, m.GroupName, m.Team!.Name, m.Team.Title, m.TeamRole, m.PlatformRole,
                db.People.Where(p => p.Id == m.CreatedBy).Select(p => p.DisplayName).Single(), m.CreatedAt))
            .ToPageAsync(page, cancellation);
    }

    private static object Facts(GroupMapping mapping, string? team) => new
    {
        team,
        team_role = mapping.TeamRole is { } role ? StoredEnum.ToWord(role) : null,
        platform_role = Accounts.ChangePlatformRole.Word(mapping.PlatformRole),
    };

    private static Task AppendAsync(
        MarketplaceDb db, Actor actor, string action, bool isThere, GroupMapping mapping, string? team, DateTimeOffset now, CancellationToken cancellation) =>
        AuditLog.AppendAsync(
            db, now, actor,
            new(action, "group_mapping", mapping.Id.ToString(), mapping.GroupName, null, new { before = isThere ? null : Facts(mapping, team), after = isThere ? Facts(mapping, team) : null }),
            cancellation);
}
