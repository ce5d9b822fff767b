using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>Why an emergency is not taken as asked. All that is wrong is said at once.</summary>
internal static class EmergencyChecks
{
    private const int ShortestReason = 10;
    private const int LongestText = 2000;
    private const int LongestIncident = 100;

    public static List<Problem> Input(EmergencyInput input, int endpoints)
    {
        var problems = new List<Problem>();
        if (endpoints == 0)
            problems.Add(new("operations_missing", "Choose the endpoints that the incident needs.", "operations"));
        if (endpoints > EmergencyRules.MostEndpoints)
            problems.Add(new("operations_too_many", $"An emergency takes at most {EmergencyRules.MostEndpoints} endpoints; choose those that the incident needs.", "operations"));
        if (input.Reason.Trim().Length is < ShortestReason or > LongestText)
            problems.Add(new("reason_length", $"Say in {ShortestReason} to {LongestText} characters why it cannot wait: it is reviewed by what stands here.", "reason"));
        if (input.Incident.Trim().Length is 0 or > LongestIncident)
            problems.Add(new("incident_missing", $"Name the incident, such as INC-4711, in at most {LongestIncident} characters.", "incident"));
        return problems;
    }

    public static Problem NotPermitted(string api, string data, string environment) => new(
        "emergency_not_permitted",
        $"{api} holds {data} data, and the approval policy lets nobody take that in {environment} without approval. Ask for access; in an incident, call those who approve it.");

    /// <summary>So that an emergency stays one: who needs more has an incident that others must know of.</summary>
    public static async Task<IReadOnlyList<Problem>> OpenAsync(MarketplaceDb db, Actor actor, Application application, DateTimeOffset now, CancellationToken cancellation)
    {
        var open = await db.Emergencies.OpenAt(db, now).Where(e => e.ApplicationId == application.Id || e.TakenBy == actor.Id)
            .Select(e => new { e.Number, e.ApplicationId, e.TakenBy }).ToListAsync(cancellation);
        var problems = new List<Problem>();
        if (open.Where(e => e.ApplicationId == application.Id).Select(e => e.Number).Order().ToList() is { Count: >= EmergencyRules.MostOfApplication } itsOwn)
            problems.Add(new("emergency_limit", $"{application.Name} has {itsOwn.Count} emergencies open ({string.Join(", ", itsOwn)}), and no more at once: end one, or wait until it is over.", "application"));
        if (open.Where(e => e.TakenBy == actor.Id).Select(e => e.Number).Order().ToList() is { Count: >= EmergencyRules.MostOfPerson } mine)
            problems.Add(new("emergency_limit", $"You have taken {mine.Count} emergencies that are open ({string.Join(", ", mine)}), and no more at once: end one, or let another of your team take it."));
        var day = now.AddDays(-1);
        if (await db.Emergencies.CountAsync(e => e.TakenBy == actor.Id && e.TakenAt > day, cancellation) >= EmergencyRules.MostInADay
            || await db.Emergencies.CountAsync(e => e.ApplicationId == application.Id && e.TakenAt > day, cancellation) >= EmergencyRules.MostInADay)
            problems.Add(new("emergency_limit", $"A person takes at most {EmergencyRules.MostInADay} emergencies in a day, and so does an application. Ask for access, or let another of your team take it."));
        return problems;
    }

    public static async Task<IReadOnlyList<Problem>> EndpointsAsync(
        MarketplaceDb db, Application application, string environment, IReadOnlyList<Operation> operations, DateTimeOffset remembered, DateTimeOffset now, CancellationToken cancellation)
    {
        var ids = operations.Select(o => o.Id).ToArray();
        var standing = await db.Grants.OpenAt(now).Where(g => g.ApplicationId == application.Id && g.Environment == environment && ids.Contains(g.OperationId))
            .OrderBy(g => g.Operation!.Key)
            .Select(g => new
            {
                g.Operation!.Key, g.ValidUntil, Suspended = g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now),
                Number = (long?)g.Emergency!.Number, By = db.People.Where(p => p.Id == g.Emergency.TakenBy).Select(p => p.DisplayName).SingleOrDefault(),
            })
            .Take(5).ToListAsync(cancellation);
        var problems = standing.ConvertAll(g => g.Suspended
            ? new Problem("access_suspended", $"{g.Key} is suspended for {application.Name}, and an emergency does not pass that by: whoever suspended it can resume it.", "operations")
            : new("already_granted", g.Number is { } number
                ? $"{application.Name} may call {g.Key} until {g.ValidUntil:yyyy-MM-dd HH:mm} UTC already: {g.By} took it as emergency {number}."
                : $"{application.Name} may call {g.Key} until {g.ValidUntil:yyyy-MM-dd} already. Leave it out.", "operations"));
        var ends = await OfficersEnds.OfAsync(db, application.Id, environment, ids, remembered, cancellation);
        problems.AddRange(operations.Where(o => ends.ContainsKey(o.Id)).OrderBy(o => o.Key, StringComparer.Ordinal).Take(5).Select(o => new Problem(
            "ended_by_officer", $"{ends[o.Id].Told($"{o.Key} for {application.Name}")}. Ask for access: a security officer decides.", "operations")));
        return problems;
    }
}
