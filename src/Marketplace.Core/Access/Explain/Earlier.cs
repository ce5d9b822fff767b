using System.Text.Json;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Explain;

/// <summary>What held when somebody called, where it is over since: a row says how it is now, the audit trail how it was.</summary>
internal static class Earlier
{
    private const int EventsRead = 200;
    private static readonly string[] Suspensions = ["grant.suspended", "grant.resumed"];
    private static readonly string[] Stops = ["application.disabled", "application.enabled"];

    public static async Task<AskedApplication> OfAsync(MarketplaceDb db, AskedApplication application, DateTimeOffset at, CancellationToken cancellation)
    {
        if (application.IsStopped(at))
            return application;
        var last = await Before(db, application.Id, at).Where(e => Stops.Contains(e.Action)).FirstOrDefaultAsync(cancellation);
        return last?.Action == Stops[0] ? application with { DisabledAt = last.At } : application with { DisabledAt = null };
    }

    public static async Task<List<AskedGrant>> OfAsync(MarketplaceDb db, AskedApplication application, List<AskedGrant> grants, DateTimeOffset at, CancellationToken cancellation)
    {
        var asked = grants.FindAll(g => g.GrantedAt <= at && !g.IsSuspended(at));
        if (asked.Count == 0)
            return grants;
        var events = await Before(db, application.Id, at).Where(e => Suspensions.Contains(e.Action)).Take(EventsRead).ToListAsync(cancellation);
        return [.. grants.Select(g => asked.Contains(g) && events.Find(e => Names(e, g.Id)) is { } last && last.Action == Suspensions[0] && !(UntilOf(last) <= at)
            ? g with { SuspendedAt = last.At, SuspendedUntil = UntilOf(last), SuspendedThen = (last.Actor, last.Reason) }
            : g)];
    }

    private static IQueryable<AuditEvent> Before(MarketplaceDb db, Guid application, DateTimeOffset at) =>
        from about in db.Set<AuditAbout>()
        join e in db.AuditEvents on about.Sequence equals e.Sequence
        where about.Kind == "application" && about.Id == application && e.At <= at
        orderby e.Sequence descending
        select e;

    private static bool Names(AuditEvent one, Guid grant) =>
        Details(one) is { } details && details.TryGetProperty("grants", out var grants) && grants.ValueKind == JsonValueKind.Array
            && grants.EnumerateArray().Any(g => g.TryGetProperty("id", out var id) && id.TryGetGuid(out var named) && named == grant);

    private static DateTimeOffset? UntilOf(AuditEvent one) =>
        Details(one) is { } details && details.TryGetProperty("after", out var after) && after.TryGetProperty("until", out var until)
            && until.ValueKind == JsonValueKind.String && until.TryGetDateTimeOffset(out var moment) ? moment : null;

    /// <summary>Null where the event's time was over and its content is gone.</summary>
    private static JsonElement? Details(AuditEvent one)
    {
        if (one.Content.Length == 0)
            return null;
        using var json = JsonDocument.Parse(one.Content);
        return json.RootElement.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object ? details.Clone() : null;
    }
}
