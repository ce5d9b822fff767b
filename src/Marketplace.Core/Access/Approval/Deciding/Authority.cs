using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>For whom a person may speak now: for themselves, and for those who are away and have entrusted them with it.</summary>
/// <param name="Away">Who is away; what one of them had been entrusted with goes no further.</param>
internal sealed record Authority(Actor Actor, IReadOnlyList<Entrusting> Away)
{
    /// <summary>Stands in for security officers and administrators: whoever is one of the two.</summary>
    private bool HoldsPlatformRole => Actor.Role is PlatformRole.SecurityOfficer or PlatformRole.Administrator;

    public bool IsOfficer => Actor.Role is PlatformRole.SecurityOfficer || (HoldsPlatformRole && Away.Any(a => a.Role is PlatformRole.SecurityOfficer));

    public bool IsPlatform => Actor.IsAdministrator || (HoldsPlatformRole && Away.Any(a => a.Role is PlatformRole.Administrator));

    /// <summary>Of those who are away.</summary>
    public Guid[] AwayIds => [.. Away.Select(a => a.PersonId)];

    /// <summary>Lines for whose owner the actor may speak: of the own APIs, and of the own teams' where an owner is away.</summary>
    public Guid[] OwnLines { get; private init; } = [];

    /// <summary>Roles for which the actor may speak whatever the API.</summary>
    public ApproverRole[] Roles => [.. IsOfficer ? [ApproverRole.SecurityOfficer] : Array.Empty<ApproverRole>(), .. IsPlatform ? [ApproverRole.Platform] : Array.Empty<ApproverRole>()];

    public static async Task<Authority> OfAsync(MarketplaceDb db, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var away = await db.Absences.Where(a => a.DelegateId == actor.Id && a.EndedAt == null && a.From <= now && a.Until > now)
            .Join(db.People.Where(p => p.DisabledAt == null), a => a.PersonId, p => p.Id, (a, p) => new Entrusting(p.Id, p.DisplayName, p.PlatformRole))
            .Distinct().ToListAsync(cancellation);
        Guid[] owners = [actor.Id, .. away.Select(a => a.PersonId)];
        // Keys, and not a question of each row: lists of thousands that wait stop where the page is full. An owner's approvals
        // go to members of the team only.
        return new(actor, away)
        {
            OwnLines = await db.ApiVersions
                .Where(v => v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id) && v.Api.Team.Memberships.Any(m => owners.Contains(m.PersonId) && m.Role == TeamRole.Owner))
                .Select(v => v.Id).ToArrayAsync(cancellation),
        };
    }

    /// <summary>The approval of this endpoint that the actor can give now; null for none.</summary>
    public Seat? SeatOf(AccessRequestItem item, Guid requestedBy, TeamOwners team)
    {
        if (item.Decision != Decision.Pending || requestedBy == Actor.Id || IsParty(item, Actor.Id))
            return null;
        var open = item.Approvals.Where(a => a.Decision == Decision.Pending).OrderBy(a => a.Role).ToList();
        if (open.Find(a => Holds(a.Role, team)) is { } own)
            return new(own, null);
        return open.SelectMany(a => Away.Where(w => w.PersonId != requestedBy && !IsParty(item, w.PersonId) && Holds(a.Role, w, team)), (a, w) => new Seat(a, w)).FirstOrDefault();
    }

    /// <summary>It is, or was, the actor's to decide.</summary>
    public bool Concerns(AccessRequestItem item, TeamOwners team) => item.Approvals.Count == 0
        ? team.Owners.Contains(Actor.Id)
        : item.Approvals.Any(a => Holds(a.Role, team) || Away.Any(w => Holds(a.Role, w, team)));

    public static bool IsParty(AccessRequestItem item, Guid person) => item.Approvals.Any(a => a.PersonId == person || a.OnBehalfOf == person);

    private bool Holds(ApproverRole role, TeamOwners team) => role switch
    {
        ApproverRole.Owner => team.Owners.Contains(Actor.Id),
        ApproverRole.SecurityOfficer => Actor.Role is PlatformRole.SecurityOfficer,
        _ => Actor.IsAdministrator,
    };

    private bool Holds(ApproverRole role, Entrusting away, TeamOwners team) => role switch
    {
        ApproverRole.Owner => team.Owners.Contains(away.PersonId) && team.Members.Contains(Actor.Id),
        ApproverRole.SecurityOfficer => HoldsPlatformRole && away.Role is PlatformRole.SecurityOfficer,
        _ => HoldsPlatformRole && away.Role is PlatformRole.Administrator,
    };
}

/// <summary>Somebody who is away, and whose approvals the actor may give.</summary>
internal sealed record Entrusting(Guid PersonId, string Name, PlatformRole? Role);

/// <param name="OnBehalfOf">Null for the actor's own.</param>
internal sealed record Seat(ItemApproval Approval, Entrusting? OnBehalfOf);

/// <summary>Of an API's team: who owns it, and who else is in it, as far as it concerns the actor.</summary>
internal sealed record TeamOwners(IReadOnlySet<Guid> Owners, IReadOnlySet<Guid> Members)
{
    public static TeamOwners None { get; } = new(new HashSet<Guid>(), new HashSet<Guid>());

    public static async Task<IReadOnlyDictionary<Guid, TeamOwners>> OfAsync(
        MarketplaceDb db, Authority authority, IReadOnlyCollection<Guid> teams, CancellationToken cancellation)
    {
        Guid[] people = [authority.Actor.Id, .. authority.AwayIds];
        var rows = await db.Memberships.Where(m => teams.Contains(m.TeamId) && people.Contains(m.PersonId)).Select(m => new { m.TeamId, m.PersonId, m.Role }).ToListAsync(cancellation);
        return rows.GroupBy(r => r.TeamId).ToDictionary(
            g => g.Key, g => new TeamOwners(g.Where(r => r.Role == TeamRole.Owner).Select(r => r.PersonId).ToHashSet(), g.Select(r => r.PersonId).ToHashSet()));
    }
}
