using System.Text.RegularExpressions;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <param name="Name">The slug: lower-case letters, digits and hyphens.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Owner">User name of its first owner.</param>
public sealed record CreateTeamInput(string Name, string Title, string Owner);

/// <summary>An administrator makes a team and names its first owner, who then adds the others.</summary>
public sealed partial class CreateTeam(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Team>> ExecuteAsync(Actor actor, CreateTeamInput input, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator makes teams; ask one.");

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var problems = new List<Problem>();
        if (!Slug().IsMatch(input.Name))
            problems.Add(new("name_invalid", "Use 2 to 63 lower-case letters, digits and hyphens, a letter first.", "name"));
        else if (await db.Teams.AnyAsync(t => t.Name == input.Name, cancellation))
            problems.Add(new("name_taken", $"There is a team named {input.Name} already.", "name"));
        if (input.Title.Trim().Length is 0 or > 80)
            problems.Add(new("title_length", "Give the team a title of 1 to 80 characters.", "title"));
        var normalized = input.Owner.Trim().ToUpperInvariant();
        var owner = await db.People.SingleOrDefaultAsync(p => p.NormalizedUserName == normalized && p.DisabledAt == null, cancellation);
        if (owner is null)
            problems.Add(new("person_unknown", "There is no person with this user name.", "owner"));
        else if (owner.PlatformRole is PlatformRole.Auditor)
            problems.Add(SetMembership.NoAuditor("owner"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var team = new Team { Name = input.Name, Title = input.Title.Trim(), CreatedAt = now };
        team.Memberships.Add(new Membership { TeamId = team.Id, PersonId = owner!.Id, Role = TeamRole.Owner });
        db.Add(team);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("team.created", "team", team.Id.ToString(), team.Name, null, new { owner = owner.UserName }), cancellation);
        await transaction.CommitAsync(cancellation);
        return team;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slug();
}
