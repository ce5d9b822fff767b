using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Mail;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Preferences;

public sealed record PreferenceRow(NotificationCategory Category, MailCadence Email, MailCadence Usual, bool IsFixed);

/// <param name="Rows">All categories, in order.</param>
/// <param name="Email">Where e-mail goes; null: the account has no address.</param>
/// <param name="MailIsSetUp">An operator has named a mail server.</param>
/// <param name="Undelivered">What the mail server said of the last e-mail to this person, if it would not take it.</param>
public sealed record PreferenceView(IReadOnlyList<PreferenceRow> Rows, string? Email, bool MailIsSetUp, string? Undelivered);

/// <summary>How a person is told besides the inbox, which always has everything.</summary>
public sealed class ChoosePreferences(IDbContextFactory<MarketplaceDb> databases, TellingSettings settings, TimeProvider clock)
{
    public async Task<PreferenceView> ReadAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var last = await db.OutgoingMails.Where(m => m.PersonId == actor.Id && m.State != MailState.Waiting)
            .OrderByDescending(m => m.EndedAt).Select(m => new { m.State, m.Answer }).FirstOrDefaultAsync(cancellation);
        return new(
            Rows(await ChosenAsync(db, actor.Id, cancellation)),
            await db.People.Where(p => p.Id == actor.Id).Select(p => p.Email).SingleOrDefaultAsync(cancellation),
            settings.Smtp is not null,
            last?.State is MailState.GivenUp ? last.Answer : null);
    }

    /// <summary>What is not named stays as it is.</summary>
    public async Task<Outcome<IReadOnlyList<PreferenceRow>>> SetAsync(
        Actor actor, IReadOnlyDictionary<NotificationCategory, MailCadence> choices, CancellationToken cancellation)
    {
        if (choices.FirstOrDefault(c => NotificationCategories.IsFixed(c.Key) && c.Value != NotificationCategories.Usual(c.Key)) is { Key: var closed } && NotificationCategories.IsFixed(closed))
            return new Problem("category_fixed", $"{NotificationCategories.TitleOf(closed)} is always told at once; it cannot be put off or muted.", NotificationCategories.Word(closed));
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for update", cancellation);
        var chosen = await ChosenAsync(db, actor.Id, cancellation);
        var changed = Rows(chosen).Where(row => choices.TryGetValue(row.Category, out var now) && now != row.Email).ToList();
        foreach (var row in changed)
            await StoreAsync(db, actor.Id, row.Category, choices[row.Category], cancellation);
        if (changed.Count > 0)
        {
            await AuditLog.AppendAsync(
                db, clock.GetUtcNow(), actor,
                new AuditEntry("person.notifications_changed", "person", actor.Id.ToString(), actor.Name, null, new
                {
                    before = changed.ToDictionary(r => NotificationCategories.Word(r.Category), r => StoredEnum.ToWord(r.Email), StringComparer.Ordinal),
                    after = changed.ToDictionary(r => NotificationCategories.Word(r.Category), r => StoredEnum.ToWord(choices[r.Category]), StringComparer.Ordinal),
                }),
                cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return Rows([.. chosen.Where(c => !choices.ContainsKey(c.Category)), .. choices.Select(c => new NotificationPreference { PersonId = actor.Id, Category = c.Key, Email = c.Value })]).ToList();
    }

    private static async Task StoreAsync(MarketplaceDb db, Guid person, NotificationCategory category, MailCadence email, CancellationToken cancellation)
    {
        var (word, cadence) = (NotificationCategories.Word(category), StoredEnum.ToWord(email));
        if (email == NotificationCategories.Usual(category))
            await db.NotificationPreferences.Where(p => p.PersonId == person && p.Category == category).ExecuteDeleteAsync(cancellation);
        else
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into notification_preference (person_id, category, email) values ({person}, {word}, {cadence})
                on conflict (person_id, category) do update set email = excluded.email
                """,
                cancellation);
        // What waits for a digest goes as is asked now, or not at all.
        var kinds = NotificationKinds.KindsIn(category);
        if (email is MailCadence.Never)
            await db.Database.ExecuteSqlAsync(
                $"delete from mail_item i using notification n where i.person_id = {person} and i.mail_id is null and n.id = i.notification_id and n.kind = any({kinds})", cancellation);
        else
            await db.Database.ExecuteSqlAsync(
                $"update mail_item i set cadence = {cadence} from notification n where i.person_id = {person} and i.mail_id is null and n.id = i.notification_id and n.kind = any({kinds})",
                cancellation);
    }

    private static Task<List<NotificationPreference>> ChosenAsync(MarketplaceDb db, Guid person, CancellationToken cancellation) =>
        db.NotificationPreferences.AsNoTracking().Where(p => p.PersonId == person).ToListAsync(cancellation);

    private static List<PreferenceRow> Rows(IReadOnlyCollection<NotificationPreference> chosen) =>
    [
        .. Enum.GetValues<NotificationCategory>().Select(category => new PreferenceRow(
            category,
            chosen.FirstOrDefault(c => c.Category == category)?.Email ?? NotificationCategories.Usual(category),
            NotificationCategories.Usual(category),
            NotificationCategories.IsFixed(category))),
    ];
}
