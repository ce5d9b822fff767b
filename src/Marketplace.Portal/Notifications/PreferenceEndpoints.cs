using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

internal static class PreferenceEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var preferences = rest.MapGroup("/me/notification-preferences").WithTags("Me");
        preferences.MapGet("", ShowAsync).WithName("getNotificationPreferences")
            .WithSummary("What comes to you by e-mail, and how soon.").Produces<NotificationPreferencesBody>();
        preferences.MapPut("", SetAsync).WithName("setNotificationPreferences")
            .WithSummary("Choose what comes to you by e-mail; what is not named stays as it is.").Produces<NotificationPreferencesBody>();
    }

    private static async Task<IResult> ShowAsync(ChoosePreferences preferences, HttpContext context, CancellationToken cancellation) =>
        Answer.Json(Of(await preferences.ReadAsync(context.Actor(), cancellation)));

    private static async Task<IResult> SetAsync(
        JsonBody<NewNotificationPreferencesBody> body, ChoosePreferences preferences, HttpContext context, CancellationToken cancellation)
    {
        var chosen = new Dictionary<NotificationCategory, MailCadence>();
        foreach (var (word, email) in body.Value.Email)
        {
            if (!StoredEnum.TryFromWord<NotificationCategory>(word, out var category))
                return new ProblemResult([new Problem("category_unknown", $"There is no category {word}; choose among {Words<NotificationCategory>()}.", $"email.{word}")]);
            if (!StoredEnum.TryFromWord<MailCadence>(email, out var cadence))
                return new ProblemResult([new Problem("cadence_unknown", $"Say one of {Words<MailCadence>()}.", $"email.{word}")]);
            chosen[category] = cadence;
        }

        var saved = await preferences.SetAsync(context.Actor(), chosen, cancellation);
        return saved.Succeeded ? await ShowAsync(preferences, context, cancellation) : new ProblemResult(saved.Problems);
    }

    private static string Words<T>() where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(StoredEnum.ToWord));

    private static NotificationPreferencesBody Of(PreferenceView view) => new(
        view.Email, view.MailIsSetUp, view.Undelivered,
        [.. view.Rows.Select(r => new NotificationPreferenceBody(StoredEnum.ToWord(r.Category), StoredEnum.ToWord(r.Email), StoredEnum.ToWord(r.Usual), r.IsFixed))]);
}
