using Marketplace.Core.Access.Requests;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>An emergency is loud: both teams, the security officers and the auditors are told at once, and nobody can mute it.</summary>
internal static class EmergencyNews
{
    private const int Named = 10;

    public static async Task TellTakenAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Emergency emergency, AskedLine line, Application application, CancellationToken cancellation)
    {
        var endpoints = line.Operations.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal).Take(Named).Select(o => $"{o.Method} {o.Path}").ToList();
        if (line.Operations.Count > Named)
            endpoints.Add($"and {line.Operations.Count - Named} more");
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.EmergencyTaken, $"Emergency: {actor.Name} took access to {RequestWords.Endpoints([(line.Title, line.Operations.Count)])} for {application.Name}",
                $"In {emergency.Environment}, until {emergency.Until:yyyy-MM-dd HH:mm} UTC, without approval, for incident {emergency.Incident}.\nWhy: {emergency.Reason}\n{string.Join('\n', endpoints)}\nAn owner of the API or a security officer can end it at once.",
                Link(emergency)),
            await AllAsync(db, line.Line.Api!.TeamId, application.TeamId, cancellation), cancellation);
        // Whose session or token it was hears of it, too: somebody else may have used it.
        await Inbox.TellAsync(
            db, now, Actor.System,
            new(
                NotificationKind.EmergencyTaken, $"You took emergency access to {RequestWords.Endpoints([(line.Title, line.Operations.Count)])} for {application.Name}",
                $"In {emergency.Environment}, until {emergency.Until:yyyy-MM-dd HH:mm} UTC, for incident {emergency.Incident}. It is reviewed when it is over.\nWas it not you? End it, end your sessions and access tokens, and tell a security officer.",
                Link(emergency)),
            new() { People = [actor.Id] }, cancellation);
    }

    public static async Task TellEndedAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, Emergency emergency, CancellationToken cancellation) =>
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.EmergencyEnded, $"{actor.Name} ended emergency {emergency.Number} of {emergency.Application!.Name} at {TitleOf(emergency)}",
                $"Calls are refused from now on. It would have lasted until {emergency.Until:yyyy-MM-dd HH:mm} UTC.\nWhy: {emergency.EndReason}", Link(emergency)),
            await AllAsync(db, emergency.ApiVersion!.Api!.TeamId, emergency.Application.TeamId, cancellation), cancellation);

    public static async Task TellReviewedAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, Emergency emergency, CancellationToken cancellation) =>
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.EmergencyReviewed, $"Emergency {emergency.Number} of {emergency.Application!.Name} was found {ReviewEmergency.Words(emergency.Outcome!.Value)}",
                $"{TitleOf(emergency)} in {emergency.Environment}, incident {emergency.Incident}.\n{actor.Name}: {emergency.Review}", Link(emergency)),
            await AllAsync(db, emergency.ApiVersion!.Api!.TeamId, emergency.Application.TeamId, cancellation), cancellation);

    /// <summary>Those who can review it; where it is overdue, the administrators and auditors besides.</summary>
    public static async Task<int> TellWaitingAsync(MarketplaceDb db, DateTimeOffset now, Emergency emergency, bool isOverdue, CancellationToken cancellation)
    {
        var days = (int)(now - (emergency.EndedAt ?? emergency.Until)).TotalDays;
        var waited = days == 0 ? "is over and waits to be reviewed" : $"has waited {days} {(days == 1 ? "day" : "days")} to be reviewed";
        PlatformRole[] told = isOverdue ? [PlatformRole.SecurityOfficer, PlatformRole.Auditor, PlatformRole.Administrator] : [PlatformRole.SecurityOfficer];
        return await Inbox.TellAsync(
            db, now, Actor.System,
            new(
                NotificationKind.EmergencyReviewDue, $"Emergency {emergency.Number} of {emergency.Application!.Name} {waited}",
                $"{TitleOf(emergency)} in {emergency.Environment}, incident {emergency.Incident}. An owner of the API or a security officer says whether it was justified; until then you are reminded.\nWhy it was taken: {emergency.Reason}",
                Link(emergency)),
            new() { OwnersOfTeams = [emergency.ApiVersion!.Api!.TeamId], People = await db.HoldersOfAsync(cancellation, told) }, cancellation);
    }

    private static async Task<Recipients> AllAsync(MarketplaceDb db, Guid apiTeam, Guid applicationTeam, CancellationToken cancellation) => new()
    {
        Teams = [apiTeam, applicationTeam],
        People = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer, PlatformRole.Auditor),
    };

    private static string TitleOf(Emergency emergency) => $"{emergency.ApiVersion!.Api!.Title} {emergency.ApiVersion.Version}";

    private static string Link(Emergency emergency) => $"/emergency-access/{emergency.Number}";
}
