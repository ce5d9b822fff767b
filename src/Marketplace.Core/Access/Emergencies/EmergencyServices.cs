using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core.Access.Emergencies;

internal static class EmergencyServices
{
    public static IServiceCollection AddEmergencies(this IServiceCollection services)
    {
        services.TryAddSingleton(EmergencyRules.Usual);
        return services.AddSingleton<TakeEmergencyAccess>().AddSingleton<EndEmergency>().AddSingleton<ReviewEmergency>().AddSingleton<EmergencyReader>().AddSingleton<EmergencyClock>();
    }
}
