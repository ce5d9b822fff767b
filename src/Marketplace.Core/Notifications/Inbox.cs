using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications;

/// <param name="Kind">A <see cref="NotificationKind"/>.</param>
/// <param name="Subject">What happened, in one line.</param>
/// <param name="Text">What it means for the reader and what to do. Plain text.</param>
/// <param name="Link">A path of the portal.</param>
public sealed record Message(string Kind, string Subject, string Text, string Link);

/// <summary>
/// Everything that people are told goes through here. Call it within the transaction of what it tells, before
/// <see cref="Audit.AuditLog"/>: both happen or neither. What is to be mailed, as each person chose, and
/// what goes to webhooks of the teams told is written with it;
/// <see cref="Outbox"/> sends it.
/// </summary>
public static class Inbox
{
    /// <summary>Tells everybody among <paramref name="to"/> but the actor, who knows, and those who cannot sign in any more.</summary>
    /// <returns>How many people are told.</returns>
    public static async Task<int> TellAsync(
        MarketplaceDb db, DateTimeOffset at, Actor actor, Message message, Recipients to, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("What people are told belongs to the transaction that it tells of.");

        var id = Guid.CreateVersion7(at);
        var category = NotificationKinds.Of(message.Kind).Category;
        var (word, usual, type) = (StoredEnum.ToWord(category), StoredEnum.ToWord(NotificationCategories.Usual(category)), NotificationKinds.Of(message.Kind).EventType);
        return await db.Database.ExecuteSqlAsync(
            $"""
            with consumer as not materialized (
              select a.team_id, m.person_id, g.operation_id, g.api_version_id
              from access_grant g join application a on a.id = g.application_id join membership m on m.team_id = a.team_id
              where g.ended_at is null and g.valid_until > {at}
            ),
            told as (
              select unnest({to.People.ToArray()}) as person_id
              union
              select person_id from membership where team_id = any({to.Teams.ToArray()})
              union
              select person_id from membership where team_id = any({to.OwnersOfTeams.ToArray()}) and role = 'owner'
              union
              select person_id from consumer where operation_id = any({to.ConsumersOfOperations.ToArray()})
              union
              select person_id from consumer where api_version_id = any({to.ConsumersOfVersions.ToArray()})
              union
              select person_id from api_subscription where api_id = any({to.SubscribersOfApis.ToArray()})
              except
              select person_id from consumer where operation_id = any({to.ButConsumersOfOperations.ToArray()})
            ),
            people as (
              select p.id, p.email is not null as has_mail from told join person p on p.id = told.person_id where p.disabled_at is null and p.id <> {actor.Id}
            ),
            hooks as (
              select w.id from webhook w
              where (cardinality(w.event_types) = 0 or {type} = any(w.event_types)) and (
                w.team_id = any({to.Teams.ToArray()}) or w.team_id = any({to.OwnersOfTeams.ToArray()})
                or w.team_id in (
                  select team_id from consumer where operation_id = any({to.ConsumersOfOperations.ToArray()}) or api_version_id = any({to.ConsumersOfVersions.ToArray()}))
                or w.id in (select webhook_id from webhook_api where api_id = any({to.SubscribersOfApis.ToArray()})))
                and w.team_id not in (select team_id from consumer where operation_id = any({to.ButConsumersOfOperations.ToArray()}))
            ),
            told_of as (
              insert into notification (id, kind, subject, text, link, at)
              select {id}, {message.Kind}, {message.Subject}, {message.Text}, {message.Link}, {at} where exists (select from people) or exists (select from hooks)
            ),
            to_post as (
              insert into webhook_delivery (webhook_id, notification_id, at, state, next_at, attempts, began_at)
              select id, {id}, {at}, 'waiting', {at}, 0, {at} from hooks
            ),
            to_mail as (
              insert into mail_item (person_id, notification_id, cadence, at)
              select p.id, {id}, coalesce(c.email, {usual}), {at}
              from people p left join notification_preference c on c.person_id = p.id and c.category = {word}
              where p.has_mail and c.email is distinct from 'never'
            )
            insert into inbox_entry (person_id, notification_id, at) select id, {id}, {at} from people
            """,
            cancellation);
    }
}
