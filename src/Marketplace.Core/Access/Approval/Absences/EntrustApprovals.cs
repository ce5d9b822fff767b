using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Absences;

/// <param name="Delegate">The user name of who gives the approvals meanwhile.</param>
public sealed record AbsenceInput(string Delegate, DateTimeOffset From, DateTimeOffset Until);

public sealed record AbsenceRow(Guid Id, string Person, string Delegate, bool IsOwn, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset? EndedAt);

/// <summary>
/// Whoever is away says who gives their approvals meanwhile: an owner's a member of the team, a security officer's or an
/// administrator's one of the two. What a person was entrusted with goes no further, and they can do no more by it than
/// who is away could at that moment.
/// </summary>
public sealed class EntrustApprovals(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MostDays = 90;
    public const int MostAhead = 366;

    public async Task<Outcome<Guid>> BeginAsync(Actor actor, AbsenceInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Two absences at once would not see each other.
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for no key update", cancellation);
        var now = clock.GetUtcNow();
        var (from, until) = (input.From.ToUniversalTime(), input.Until.ToUniversalTime());
        var problems = new List<Problem>();
        if (from > now.AddDays(MostAhead))
            problems.Add(new("from_too_far", $"Choose a first day within {MostAhead} days.", "from"));
        else if (until <= from || until <= now)
            problems.Add(new("until_past", "Choose a last day after the first, and not in the past.", "until"));
        else if (until > from.AddDays(MostDays))
            problems.Add(new("until_too_far", $"An absence lasts at most {MostDays} days. For longer, somebody else should own the team.", "until"));
        else if (await db.Absences.AnyAsync(a => a.PersonId == actor.Id && a.EndedAt == null && a.From < until && a.Until > from, cancellation))
            problems.Add(new("already_away", "You are away in a part of that time already. End that absence first.", "from"));
        var name = input.Delegate.Trim();
        var other = await db.People.SingleOrDefaultAsync(p => p.UserName == name && p.DisabledAt == null, cancellation);
        if (other is null)
            problems.Add(new("person_unknown", "There is nobody of this user name.", "delegate"));
        else if (other.Id == actor.Id)
            problems.Add(new("own_delegate", "Choose somebody else.", "delegate"));
        else if (!await CanStandInAsync(db, actor, other, cancellation))
            problems.Add(new("delegate_unfit", $"{other.DisplayName} cannot give any approval of yours: choose a member of a team that you own, or, for a security officer or administrator, one of the two.", "delegate"));
        if (problems.Count > 0)
            return problems;

        var absence = new Absence { PersonId = actor.Id, DelegateId = other!.Id, From = from, Until = until, CreatedAt = now };
        db.Add(absence);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.ApprovalsEntrusted, $"You give {actor.Name}'s approvals while they are away",
                $"From {from:yyyy-MM-dd HH:mm} to {until:yyyy-MM-dd HH:mm} UTC, what waits for {actor.Name} waits for you, too, but what you asked for yourself.", "/inbox/requests"),
            new() { People = [other.Id] }, cancellation);
        await AppendAsync(db, now, actor, "approvals.entrusted", absence, other.UserName, cancellation);
        await transaction.CommitAsync(cancellation);
        return absence.Id;
    }

    public async Task<Outcome<Guid>> EndAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"select 1 from absence where id = {id} for update", cancellation);
        if (await db.Absences.SingleOrDefaultAsync(a => a.Id == id && a.PersonId == actor.Id, cancellation) is not { } absence)
            return new Problem(Problem.NotFound, "You have said no such absence.");
        if (absence.EndedAt is not null || absence.Until <= now)
            return new Problem("already_ended", "That absence is over already.");
        absence.EndedAt = now;
        await db.SaveChangesAsync(cancellation);
        await AppendAsync(db, now, actor, "approvals.taken_back", absence, await db.People.Where(p => p.Id == absence.DelegateId).Select(p => p.UserName).SingleAsync(cancellation), cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <summary>What the actor said, and what others entrusted to the actor; newest first.</summary>
    public async Task<Page<AbsenceRow>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Absences.Where(a => a.PersonId == actor.Id || a.DelegateId == actor.Id).OrderByDescending(a => a.From).ThenBy(a => a.Id)
            .Select(a => new AbsenceRow(
                a.Id, db.People.Where(p => p.Id == a.PersonId).Select(p => p.DisplayName).Single(), db.People.Where(p => p.Id == a.DelegateId).Select(p => p.DisplayName).Single(),
                a.PersonId == actor.Id, a.From, a.Until, a.EndedAt))
            .ToPageAsync(page, cancellation);
    }

    private static async Task<bool> CanStandInAsync(MarketplaceDb db, Actor actor, Person other, CancellationToken cancellation) =>
        (actor.Role is PlatformRole.SecurityOfficer or PlatformRole.Administrator && other.PlatformRole is PlatformRole.SecurityOfficer or PlatformRole.Administrator)
        || await db.Teams.WithOwner(actor).AnyAsync(t => t.Memberships.Any(m => m.PersonId == other.Id), cancellation);

    private static Task AppendAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, string action, Absence absence, string to, CancellationToken cancellation) =>
        AuditLog.AppendAsync(
            db, now, actor, new AuditEntry(action, "person", actor.Id.ToString(), actor.Name, null, new { stand_in = to, begins = absence.From, absence.Until, before = absence.EndedAt is null ? null : "entrusted", after = absence.EndedAt is null ? "entrusted" : "taken_back" }), cancellation);
}
