using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Preferences;
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
            .AddSingleton<OutboxMeter>().AddSingleton<OutboxKeeper>();
    }
}
