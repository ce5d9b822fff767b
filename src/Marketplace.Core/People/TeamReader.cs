using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

public sealed record TeamRow(string Name, string Title, int Members, int Apis, int Applications, TeamRole? MyRole);

/// <param name="UserName">Who.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Role">What counts.</param>
/// <param name="ByHand">What people gave; null: a group alone gives it.</param>
/// <param name="ByGroup">What a group of the identity provider gives.</param>
public sealed record MemberRow(string UserName, string DisplayName, TeamRole Role, TeamRole? ByHand, TeamRole? ByGroup);

public sealed record TeamDetails(string Name, string Title, DateTimeOffset CreatedAt, bool MayChange, IReadOnlyList<MemberRow> Members);

public sealed record PersonRow(string UserName, string DisplayName, string? Email, PlatformRole? Role, DateTimeOffset? DisabledAt, IReadOnlyList<string> Teams);

public sealed class TeamReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Every team: who owns what is no secret in the company. <paramref name="mineOnly"/> for the actor's own.</summary>
    public async Task<Page<TeamRow>> ListAsync(Actor actor, bool mineOnly, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var everything = actor.ReadsEverything;
        return await (mineOnly ? db.Teams.WithMember(actor) : db.Teams).OrderBy(t => t.Title).ThenBy(t => t.Name)
            .Select(t => new TeamRow(
                t.Name, t.Title, t.Memberships.Count,
                // An API with nothing but drafts is as unknown to others as they are.
                db.Apis.Count(a => a.TeamId == t.Id
                    && (everything || t.Memberships.Any(m => m.PersonId == actor.Id) || a.Versions.Any(v => v.Lifecycle != Lifecycle.Draft))),
                db.Applications.Count(a => a.TeamId == t.Id),
                t.Memberships.Where(m => m.PersonId == actor.Id).Select(m => (TeamRole?)m.Role).SingleOrDefault()))
            .ToPageAsync(page, cancellation);
    }

    public async Task<TeamDetails?> FindAsync(Actor actor, string name, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var isAdministrator = actor.IsAdministrator;
        return await db.Teams.Where(t => t.Name == name)
            .Select(t => new TeamDetails(
                t.Name, t.Title, t.CreatedAt,
                isAdministrator || t.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
                t.Memberships.OrderBy(m => m.Person!.DisplayName).Select(m => new MemberRow(m.Person!.UserName, m.Person.DisplayName, m.Role, m.RoleByGroup == null ? m.Role : m.RoleByHand, m.RoleByGroup)).ToList()))
            .SingleOrDefaultAsync(cancellation);
    }

    public async Task<Page<PersonRow>> PeopleAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.People.OrderBy(p => p.DisplayName).ThenBy(p => p.UserName)
            .Select(p => new PersonRow(
                p.UserName, p.DisplayName, p.Email, p.PlatformRole, p.DisabledAt, p.Memberships.Select(m => m.Team!.Title).ToList()))
            .ToPageAsync(page, cancellation);
    }
}
