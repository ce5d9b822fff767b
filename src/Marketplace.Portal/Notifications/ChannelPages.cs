using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

/// <summary>How the ways work by which people and programs are told, for those who run them.</summary>
internal static class ChannelPages
{
    private const string NotYours = "Only administrators, security officers and auditors see how people are told.";

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/channels", ShowAsync);

    public static void MapRest(IEndpointRouteBuilder rest) =>
        rest.MapGet("/notification-channels", GetAsync).WithTags("Notifications").WithName("getNotificationChannels")
            .WithSummary("How e-mail and webhooks work. For platform roles.").Produces<ChannelsBody>();

    private static async Task<IResult> ShowAsync(HttpContext context, int? page, ChannelReader channels, CancellationToken cancellation) =>
        context.Actor().ReadsEverything
            ? Page.Show<ChannelPage, Channels>(await channels.ReadAsync(new(page ?? 1), cancellation))
            : Page.Forbidden(NotYours);

    private static async Task<IResult> GetAsync(ChannelReader channels, HttpContext context, CancellationToken cancellation)
    {
        if (!context.Actor().ReadsEverything)
            return new ProblemResult([new Problem(Problem.Forbidden, NotYours)]);
        var found = await channels.ReadAsync(new(1, 50), cancellation);
        var mail = found.Mail;
        return Answer.Json(new ChannelsBody(
            new(mail.Server, mail.From, mail.FailingSince, mail.Answer, mail.SentAt, mail.Waiting, mail.OldestSeconds),
            [.. found.GivenUp.Items.Select(m => new GivenUpMailBody(m.UserName, m.Email, m.At, m.Answer))],
            found.Webhooks, found.WaitingPosts, found.OldestPostSeconds,
            [.. found.Failing.Select(w => new FailingWebhookBody(w.Id, w.Team, w.Url, w.FailingSince, w.DisabledWhy is { } why ? StoredEnum.ToWord(why) : null))]));
    }
}
