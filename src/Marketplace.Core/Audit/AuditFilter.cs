using System.Text.RegularExpressions;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>Which events. What is null does not matter.</summary>
/// <param name="Action">Exactly, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">Such as <c>application</c>.</param>
/// <param name="Text">Words in who, what, to what and why; of the last one its beginning is enough.</param>
public sealed partial record AuditFilter(string? Action = null, string? SubjectKind = null, string? Text = null)
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

    /// <summary>
    /// The events that fit. Names are looked up once, so that the database plans with what they stand for; a name that
    /// nobody and nothing has fits no event.
    /// </summary>
    internal async Task<AuditSelection> ResolveAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var normalized = Actor?.ToUpperInvariant();
        var person = normalized is null ? null : await db.People.Where(p => p.NormalizedUserName == normalized).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(cancellation);
        var api = Api is null ? null : await db.Apis.Where(a => a.Name == Api).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        var application = Application is null ? null : await db.Applications.Where(a => a.ClientId == Application).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        var team = Team is null ? null : await db.Teams.Where(t => t.Name == Team).Select(t => (Guid?)t.Id).SingleOrDefaultAsync(cancellation);
        var (first, last) = (await FirstAsync(db, cancellation), await LastAsync(db, cancellation));
        if ((person is null && Actor is not null) || (api is null && Api is not null) || (application is null && Application is not null) || (team is null && Team is not null)
            || (first is null && From is not null) || (last is null && Until is not null))
            return new(nothing => nothing.AuditEvents.Where(e => false), 1, 0, Criteria, []);
        (string, Guid?)[] about = [("api", api), ("application", application), ("team", team)];
        return new(Fitting, first ?? 1, last ?? long.MaxValue, Criteria, [.. about.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!.Value))]);

        IQueryable<AuditEvent> Fitting(MarketplaceDb all)
        {
            var events = Plain(all);
            if (person is not null)
                events = events.Where(e => e.ActorId == person);
            if (api is { } theApi)
                events = About(all, events, "api", theApi);
            if (application is { } theApplication)
                events = About(all, events, "application", theApplication);
            if (team is { } theTeam)
                events = About(all, events, "team", theTeam);
            if (first is not null)
                events = events.Where(e => e.At >= From && e.Sequence >= first);
            if (last is not null)
                events = events.Where(e => e.At < Until && e.Sequence <= last);
            return events;
        }
    }

    /// <summary>How many things are asked for at once, but for when.</summary>
    private int Criteria => new[] { Action, SubjectKind, Actor, Channel, Api, Application, Team }.Count(part => part is not null) + Word().Count(Text ?? "");

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    private IQueryable<AuditEvent> Plain(MarketplaceDb db)
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
        return Channel is null ? events : events.Where(e => e.Channel == Channel);
    }

    private static IQueryable<AuditEvent> About(MarketplaceDb db, IQueryable<AuditEvent> events, string kind, Guid id) =>
        events.Where(e => db.AuditAbouts.Any(a => a.Kind == kind && a.Id == id && a.Sequence == e.Sequence));

    /// <summary>
    /// The first event from about then, so that the list need not be walked to get there: replicas' clocks may differ by
    /// less than an hour.
    /// </summary>
    private async Task<long?> FirstAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var early = From is { Year: > 1 } from ? from.AddHours(-1) : From;
        return early is null ? null : await db.AuditEvents.Where(e => e.At >= early).OrderBy(e => e.At).ThenBy(e => e.Sequence).Select(e => (long?)e.Sequence).FirstOrDefaultAsync(cancellation);
    }

    private async Task<long?> LastAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var late = Until is { Year: < 9999 } until ? until.AddHours(1) : Until;
        return late is null ? null : await db.AuditEvents.Where(e => e.At < late).OrderByDescending(e => e.At).ThenByDescending(e => e.Sequence).Select(e => (long?)e.Sequence).FirstOrDefaultAsync(cancellation);
    }
}

/// <summary>A filter whose names were looked up.</summary>
/// <param name="Of">What fits.</param>
/// <param name="First">Nothing older does.</param>
/// <param name="Last">Nothing newer does.</param>
/// <param name="Criteria">How many things are asked for at once, but for when.</param>
/// <param name="About">What each of them is about.</param>
internal sealed record AuditSelection(Func<MarketplaceDb, IQueryable<AuditEvent>> Of, long First, long Last, int Criteria, IReadOnlyList<(string Kind, Guid Id)> About);
