using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

/// <summary>How a person wants to be told.</summary>
internal static class PreferencePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/me/notifications", ShowAsync);
        pages.MapPost("/me/notifications", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ChoosePreferences preferences, CancellationToken cancellation) =>
        Page.Show<PreferencePage, PreferenceModel>(new(await preferences.ReadAsync(context.Actor(), cancellation), []));

    private static async Task<IResult> SaveAsync(HttpContext context, IFormCollection form, ChoosePreferences preferences, CancellationToken cancellation)
    {
        var chosen = new Dictionary<NotificationCategory, MailCadence>();
        foreach (var category in Enum.GetValues<NotificationCategory>())
        {
            if (StoredEnum.TryFromWord<MailCadence>(form[Words.Slug(category)], out var cadence))
                chosen[category] = cadence;
        }

        var saved = await preferences.SetAsync(context.Actor(), chosen, cancellation);
        return saved.Succeeded
            ? Flash.Redirect(context, "/me/notifications", "Saved. You are told as you chose from now on.")
            : Page.Again<PreferencePage, PreferenceModel>(new(await preferences.ReadAsync(context.Actor(), cancellation), saved.Problems));
    }
}

public sealed record PreferenceModel(PreferenceView View, IReadOnlyList<Problem> Problems);
