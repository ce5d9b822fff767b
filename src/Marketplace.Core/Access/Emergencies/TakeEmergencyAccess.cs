using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <param name="Incident">Under what the incident is known: its number or link.</param>
/// <param name="Hours">How long; null for as long as the policy permits.</param>
public sealed record EmergencyInput(
    string ClientId, string Api, string Version, string Environment, IReadOnlyList<string> Operations, string Reason, string Incident, int? Hours);

/// <param name="Revision">The policy revision from which data planes know.</param>
public sealed record TakenEmergency(long Number, DateTimeOffset Until, long Revision);

/// <summary>
/// In an incident, a member of an application's team takes access at once. The approval policy permits it, nobody approves
/// it, everybody concerned is told, and it ends by itself.
/// </summary>
public sealed class TakeEmergencyAccess(
    IDbContextFactory<MarketplaceDb> databases, ApprovalPolicyShelf shelf, EmergencyRules rules, ApprovalMemory memory, TimeProvider clock)
{
    /// <summary>In <see cref="ItemRouting"/>: by which rule.</summary>
    internal const string Rule = "break glass";

    public async Task<Outcome<TakenEmergency>> ExecuteAsync(Actor actor, EmergencyInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        LineEndpoints named = new(input.Api, input.Version, [.. input.Operations.Distinct(StringComparer.Ordinal)]);
        // One at a time for a person and for an application: two at once would not see each other.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('emergency ' || {actor.Id.ToString()}, 0))", cancellation);
        await Held.ApisAsync(db, [input.Api], cancellation);
        await Held.LinesAsync(db, [new(input.Api, input.Version)], cancellation);
        await Held.ApplicationAsync(db, input.ClientId, cancellation);
        var now = clock.GetUtcNow();

        var problems = EmergencyChecks.Input(input, named.Operations.Count);
        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == input.ClientId, cancellation);
        if (application is null)
            problems.Add(new("application_unknown", "Choose an application of a team that you are a member of.", "application"));
        else if (application.DisabledAt is not null)
            problems.Add(new("application_disabled", "This application is stopped, and an emergency does not start it again. Ask whoever stopped it.", "application"));
        if (!await db.Environments.AnyAsync(e => e.Name == input.Environment, cancellation))
            problems.Add(new("environment_unknown", "Choose sandbox or production.", "environment"));
        var (lines, missing) = await AskedLine.FindAsync(db, actor, [named], cancellation);
        problems.AddRange(missing);
        if (problems.Count > 0 || lines is not [var found])
            return problems;

        var data = StoredEnum.ToWord(await memory.ClassificationAsync(db, found.Line.ApiId, now, cancellation));
        if (await shelf.InEffectAsync(db, cancellation) is not var (policy, text) || text.Emergency(data, input.Environment) is not { } sentence)
            return EmergencyChecks.NotPermitted(found.Line.Api!.Title, data, input.Environment);
        var most = rules.HoursOf(sentence);
        if (input.Hours is < 1 || input.Hours > most)
            problems.Add(new("hours_range", $"Choose 1 to {most} hours: {sentence}. Who needs it longer asks for access.", "hours"));
        var until = now.AddHours(input.Hours ?? most);
        (lines, var unfit) = await PlanChoice.OfAsync(db, lines, [named], input.Environment, until, now, cancellation);
        problems.AddRange(unfit);
        problems.AddRange(await DecidedBefore.OfAsync(db, actor, application!, input.Environment, found, memory.Since(now), now, cancellation));
        problems.AddRange(await EmergencyChecks.OpenAsync(db, actor, application!, now, cancellation));
        problems.AddRange(await EmergencyChecks.EndpointsAsync(db, application!, input.Environment, found.Operations, memory.Since(now), now, cancellation));
        if (problems.Count > 0)
            return problems;

        var request = new AccessRequest
        {
            ApplicationId = application!.Id,
            Environment = input.Environment,
            Justification = $"Emergency access, incident {input.Incident.Trim()}. {input.Reason.Trim()}",
            Until = until,
            Status = RequestStatus.Pending,
            RequestedBy = actor.Id,
            RequestedAt = now,
            Application = application,
        };
        request.Items.AddRange(found.Operations.Select(o => new AccessRequestItem { AccessRequestId = request.Id, OperationId = o.Id, ApiVersionId = found.Line.Id, PlanLimitsId = lines[0].Limits?.Id }));
        var emergency = new Emergency
        {
            AccessRequestId = request.Id,
            ApplicationId = application.Id,
            ApiVersionId = found.Line.Id,
            Environment = input.Environment,
            Endpoints = request.Items.Count,
            Incident = input.Incident.Trim(),
            Reason = input.Reason.Trim(),
            Policy = policy,
            Sentence = sentence.ToString(),
            TakenBy = actor.Id,
            TakenWith = await db.Memberships.Where(m => m.TeamId == application.TeamId).Select(m => m.PersonId).ToArrayAsync(cancellation),
            TakenAt = now,
            Until = until,
            TellAt = until,
        };
        db.AddRange(request, emergency);
        await db.SaveChangesAsync(cancellation);
        foreach (var item in request.Items)
            db.Add(new ItemRouting
            {
                ItemId = item.Id,
                Policy = policy,
                Rule = Rule,
                Because = $"Taken by {actor.Name} as emergency {emergency.Number}: approval policy {policy} permits it (“{sentence}”). Nobody approved it; somebody of another team reviews it afterwards.",
            });
        await db.SaveChangesAsync(cancellation);
        await EmergencyNews.TellTakenAsync(db, now, actor, emergency, found, application, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "emergency.taken", "emergency_access", emergency.Number.ToString(), emergency.Name, emergency.Reason,
                new
                {
                    incident = emergency.Incident, application = application.ClientId, api = input.Api, version = input.Version, environment = input.Environment, classification = data,
                    policy, sentence = emergency.Sentence, before = new { operations = Array.Empty<string>() },
                    after = new { operations = found.Operations.Select(o => o.Key), from = now, until, request = request.Number },
                }),
            cancellation);
        foreach (var item in request.Items)
            item.Decision = Decision.Approved;
        var revision = await GrantApproved.ExecuteAsync(
            db, now, new RoutedRequest(policy, [], []).Approver, request, request.Items,
            new(
                "access_request.decided", "access_request", request.Number.ToString(), $"request {request.Number}", null,
                new { application = application.ClientId, environment = request.Environment, until, emergency = emergency.Number, rule = Rule, policy, operations = found.Operations.Select(o => o.Key), before = "pending", after = "approved" }),
            cancellation, emergency);
        await transaction.CommitAsync(cancellation);
        return new TakenEmergency(emergency.Number, until, revision!.Value);
    }
}
