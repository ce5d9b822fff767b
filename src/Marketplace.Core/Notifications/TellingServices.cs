using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.Notifications.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core.Notifications;

internal static class TellingServices
{
    public static IServiceCollection AddTelling(this IServiceCollection services)
    {
        services.TryAddSingleton(new TellingSettings());
        services.TryAddSingleton(new FetchOptions());
        return services
            .AddSingleton<ChoosePreferences>().AddSingleton<Unsubscribe>()
            .AddSingleton<MailComposer>().AddSingleton<MailDispatcher>()
            .AddSingleton<WebhookSecrets>().AddSingleton<WebhookSender>().AddSingleton<WebhookDispatcher>()
            .AddSingleton<ChangeWebhook>().AddSingleton<ReplayWebhook>().AddSingleton<WebhookReader>().AddSingleton<ChannelReader>()
            .AddSingleton<OutboxMeter>().AddSingleton<OutboxKeeper>();
    }
}
