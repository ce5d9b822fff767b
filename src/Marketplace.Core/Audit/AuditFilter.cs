using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>Which events. What is null does not matter.</summary>
/// <param name="Action">Exactly, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">Such as <c>application</c>.</param>
/// <param name="Text">Beginnings of words in who, what, to what and why.</param>
public sealed record AuditFilter(string? Action = null, string? SubjectKind = null, string? Text = null)
{
    /// <summary>With <see cref="SubjectKind"/>, one subject.</summary>
    public string? SubjectId { get; init; }

    /// <summary>A person's user name.</summary>
    public string? Actor { get; init; }

    /// <summary>By which door: <c>portal</c>, <c>rest</c>, <c>system</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>Name of an API that it is about.</summary>
    public string? Api { get; init; }

    /// <summary>Client id of an application that it is about.</summary>
    public string? Application { get; init; }

    /// <summary>Name of a team that had then what it is about.</summary>
    public string? Team { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }

    public bool IsEmpty => this == new AuditFilter();

    internal IQueryable<AuditEvent> Of(MarketplaceDb db)
    {
        var events = string.IsNullOrWhiteSpace(Text)
            ? db.AuditEvents
            : db.AuditEvents.FromSql($"select * from audit_event where words @@ audit_query({Text})");
        if (Action is not null)
            events = events.Where(e => e.Action == Action);
        if (SubjectKind is not null)
            events = events.Where(e => e.SubjectKind == SubjectKind);
        if (SubjectId is not null)
            events = events.Where(e => e.SubjectId == SubjectId);
        if (Channel is not null)
            events = events.Where(e => e.Channel == Channel);
        if (Actor is not null)
        {
            var normalized = Actor.ToUpperInvariant();
            events = events.Where(e => e.ActorId == db.People.Where(p => p.NormalizedUserName == normalized).Select(p => (Guid?)p.Id).FirstOrDefault());
        }

        if (Api is not null)
            events = About(db, events, "api", db.Apis.Where(a => a.Name == Api).Select(a => a.Id));
        if (Application is not null)
            events = About(db, events, "application", db.Applications.Where(a => a.ClientId == Application).Select(a => a.Id));
        if (Team is not null)
            events = About(db, events, "team", db.Teams.Where(t => t.Name == Team).Select(t => t.Id));
        return Within(db, events);
    }

    private static IQueryable<AuditEvent> About(MarketplaceDb db, IQueryable<AuditEvent> events, string kind, IQueryable<Guid> ids) =>
        events.Where(e => db.AuditAbouts.Any(a => a.Kind == kind && a.Sequence == e.Sequence && a.Id == ids.FirstOrDefault()));

    /// <summary>
    /// By time and, so that the list need not be walked to get there, by the sequence numbers of about then: replicas'
    /// clocks may differ by less than an hour.
    /// </summary>
    private IQueryable<AuditEvent> Within(MarketplaceDb db, IQueryable<AuditEvent> events)
    {
        if (From is { } from)
        {
            var early = from.AddHours(-1);
            events = events.Where(e => e.At >= from
                && e.Sequence >= db.AuditEvents.Where(x => x.At >= early).OrderBy(x => x.At).ThenBy(x => x.Sequence).Select(x => x.Sequence).FirstOrDefault());
        }

        if (Until is { } until)
        {
            var late = until.AddHours(1);
            events = events.Where(e => e.At < until
                && e.Sequence <= db.AuditEvents.Where(x => x.At < late).OrderByDescending(x => x.At).ThenByDescending(x => x.Sequence).Select(x => x.Sequence).FirstOrDefault());
        }

        return events;
    }
}
