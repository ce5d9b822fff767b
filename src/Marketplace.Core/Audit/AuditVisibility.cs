using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>
/// Platform roles read everything; others what they did themselves, and what anybody did to what their teams have, or
/// had when it was done.
/// </summary>
internal static class AuditVisibility
{
    public static IQueryable<AuditEvent> SeenBy(this IQueryable<AuditEvent> events, MarketplaceDb db, Actor actor)
    {
        if (actor.ReadsEverything)
            return events;
        var theirs = Things(db, actor);
        var seen = db.AuditEvents.Where(e => e.ActorId == actor.Id).Select(e => e.Sequence)
            .Union(db.AuditAbouts.Where(a => theirs.Any(t => t.Kind == a.Kind && t.Id == a.Id)).Select(a => a.Sequence));
        return events.Where(e => seen.Contains(e.Sequence));
    }

    /// <summary>
    /// As <see cref="SeenBy"/>, for events that were chosen already. What a person may see is gathered where that is little;
    /// of who has a million events to see, each chosen one is looked at by itself.
    /// </summary>
    /// <param name="little">So many are gathered in a moment.</param>
    public static async Task<IQueryable<AuditEvent>> ChosenSeenByAsync(
        this IQueryable<AuditEvent> chosen, MarketplaceDb db, Actor actor, CancellationToken cancellation, int little = 20_000)
    {
        var theirs = Things(db, actor);
        if (await db.AuditAbouts.Where(a => theirs.Any(t => t.Kind == a.Kind && t.Id == a.Id)).Take(little + 1).CountAsync(cancellation) <= little)
            return chosen.SeenBy(db, actor);
        var things = (await theirs.ToListAsync(cancellation)).ToLookup(t => t.Kind, t => t.Id, StringComparer.Ordinal);
        Guid[] teams = [.. things["team"]], apis = [.. things["api"]], applications = [.. things["application"]];
        return chosen.Where(e => e.ActorId == actor.Id || db.AuditAbouts.Any(a => a.Sequence == e.Sequence && (
            (a.Kind == "team" && teams.Contains(a.Id)) || (a.Kind == "api" && apis.Contains(a.Id)) || (a.Kind == "application" && applications.Contains(a.Id)))));
    }

    /// <summary>They see everything, or everything about one of these.</summary>
    public static async Task<bool> SeesAllAsync(MarketplaceDb db, Actor actor, IReadOnlyList<(string Kind, Guid Id)> about, CancellationToken cancellation)
    {
        if (actor.ReadsEverything || about.Count == 0)
            return actor.ReadsEverything;
        var theirs = await Things(db, actor).ToListAsync(cancellation);
        return about.Any(one => theirs.Exists(t => (t.Kind, t.Id) == one));
    }

    /// <summary>
    /// The newest or oldest of a range that they see, in this order: so many of each thing that is theirs at most, since a
    /// big team's are too many to gather for one page.
    /// </summary>
    /// <param name="seesAll">They see all of these, whatever they are about.</param>
    public static IQueryable<AuditEvent> FirstSeenBy(this IQueryable<AuditEvent> all, MarketplaceDb db, Actor actor, bool seesAll, bool newest, long first, long last, int size)
    {
        var events = all.Where(e => e.Sequence >= first && e.Sequence <= last);
        if (seesAll)
            return newest ? events.OrderByDescending(e => e.Sequence).Take(size) : events.OrderBy(e => e.Sequence).Take(size);
        var theirs = Things(db, actor);
        var about = db.AuditAbouts.Where(a => a.Sequence >= first && a.Sequence <= last);
        var done = events.Where(e => e.ActorId == actor.Id);
        var seen = newest
            ? theirs.SelectMany(t => events.Where(e => about.Any(a => a.Kind == t.Kind && a.Id == t.Id && a.Sequence == e.Sequence)).OrderByDescending(e => e.Sequence).Take(size))
                .Select(e => e.Sequence).Union(done.OrderByDescending(e => e.Sequence).Take(size).Select(e => e.Sequence))
            : theirs.SelectMany(t => events.Where(e => about.Any(a => a.Kind == t.Kind && a.Id == t.Id && a.Sequence == e.Sequence)).OrderBy(e => e.Sequence).Take(size))
                .Select(e => e.Sequence).Union(done.OrderBy(e => e.Sequence).Take(size).Select(e => e.Sequence));
        var found = db.AuditEvents.Where(e => seen.Contains(e.Sequence));
        return newest ? found.OrderByDescending(e => e.Sequence).Take(size) : found.OrderBy(e => e.Sequence).Take(size);
    }

    private static IQueryable<Thing> Things(MarketplaceDb db, Actor actor)
    {
        var teams = db.Memberships.Where(m => m.PersonId == actor.Id).Select(m => m.TeamId);
        return teams.Select(id => new Thing { Kind = "team", Id = id })
            .Concat(db.Apis.Where(a => teams.Contains(a.TeamId)).Select(a => new Thing { Kind = "api", Id = a.Id }))
            .Concat(db.Applications.Where(a => teams.Contains(a.TeamId)).Select(a => new Thing { Kind = "application", Id = a.Id }));
    }

    private sealed class Thing
    {
        public required string Kind { get; init; }
        public required Guid Id { get; init; }
    }
}
