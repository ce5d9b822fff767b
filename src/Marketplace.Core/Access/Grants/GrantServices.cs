using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Applications.Ending;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Core.Access.Grants;

internal static class GrantServices
{
    /// <summary>What happens to grants and applications after they were given.</summary>
    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton(p => new RenewalReminder(
            p.GetRequiredService<IDbContextFactory<MarketplaceDb>>(), p.GetService<RenewalDays>() ?? RenewalDays.Usual, p.GetRequiredService<TimeProvider>()))
        .AddSingleton<RenewalReader>()
        .AddSingleton<EndGrants>().AddSingleton<SuspendGrants>().AddSingleton<GrantScopeReader>()
        .AddSingleton<DeleteApplication>().AddSingleton<DeletionReader>().AddSingleton<StopReader>()
        .AddSingleton<TransferApplication>().AddSingleton<ApplicationTransferReader>();
}
