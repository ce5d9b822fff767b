using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>Nobody opens a line without its team and the security officers knowing.</summary>
internal static class ShadowNews
{
    public static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, ApiVersion line, ShadowMode mode, ShadowStanding? before, CancellationToken cancellation)
    {
        var (title, day) = ($"{line.Api!.Title} {line.Version}", $"{mode.Until:yyyy-MM-dd HH:mm} UTC");
        var officers = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer);
        if (mode.BeganAt is null)
        {
            await Inbox.TellAsync(
                db, now, actor,
                new(NotificationKind.ShadowMode, $"{actor.Name} asks for shadow mode of {title} in {mode.Environment}",
                    $"Until {day} it would let through what it refuses now. It handles {StoredEnum.ToWord(line.Api.Classification)} data, so a security officer decides.\nWhy: {mode.Reason}",
                    LinkTo(line, mode.Environment)),
                new() { People = officers }, cancellation);
            return;
        }

        var subject = before is ShadowStanding.On
            ? $"{title} stays in shadow mode in {mode.Environment} until {mode.Until:yyyy-MM-dd}"
            : $"{title} lets everything through in {mode.Environment} until {mode.Until:yyyy-MM-dd}";
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ShadowMode, subject,
                $"Calls that would be refused are served and reported; no revocation stops a caller. On {day} it is enforced by itself.\nWhy: {mode.Reason}",
                LinkTo(line, mode.Environment)),
            new() { People = officers, Teams = [line.Api.TeamId] }, cancellation);
    }

    public static async Task TellEndedAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, ApiVersion line, ShadowMode mode, CutOff cutOff, CancellationToken cancellation)
    {
        var title = $"{line.Api!.Title} {line.Version}";
        var link = LinkTo(line, mode.Environment);
        if (mode.StandingAt(now) is ShadowStanding.Asked)
        {
            await Inbox.TellAsync(
                db, now, actor, new(NotificationKind.ShadowMode, $"{title} stays enforced in {mode.Environment}", "Shadow mode was asked for and will not begin.", link),
                new() { People = [mode.AskedBy, .. await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer)] }, cancellation);
            return;
        }

        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ShadowMode, $"{title} is enforced in {mode.Environment}", $"Shadow mode has ended: what is not granted is refused. {cutOff.Sentence}", link),
            new() { People = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer), Teams = [line.Api.TeamId] }, cancellation);
        if (cutOff.Teams.Count > 0)
            await Inbox.TellAsync(
                db, now, actor,
                new(NotificationKind.ShadowMode, $"{title} refuses calls of your application now",
                    $"In {mode.Environment} it refuses what is not granted from now on, and one of your applications called such endpoints lately. Ask for what it needs.",
                    $"/apis/{line.Api.Name}/{line.Version}"),
                new() { Teams = cutOff.Teams }, cancellation);
    }

    public static string LinkTo(ApiVersion line, string environment) =>
        $"/apis/{line.Api!.Name}/{line.Version}/enforcement/shadow?environment={Uri.EscapeDataString(environment)}";
}
