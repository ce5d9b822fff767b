using Marketplace.Host.Setup;

namespace Marketplace.Host.Demo;

public static class DemoSeed
{
    private const string Done = "seeded";
    private const string Own = "own-api-published";

    /// <summary>Once per data folder. A start that is killed halfway is taken up by the next one.</summary>
    public static async Task SeedDemoAsync(this WebApplication app, HostSettings settings, CancellationToken cancellation = default)
    {
        if (!settings.Demo || !settings.Has(Core.Data.Plane.Governance)) return;
        var folder = new DemoFolder(settings.DataFolder);
        var bank = new DemoBank(app.Services, folder, settings.DemoPorts, cancellation);
        if (folder.Read(Own) is null) app.Lifetime.ApplicationStarted.Register(() => _ = PublishOwnApiAsync(app, bank, folder));
        if (folder.Read(Done) is not null) return;

        await bank.HirePeopleAsync();
        await bank.PublishApisAsync();
        await bank.RegisterApplicationsAsync();
        await bank.OfferPlansAsync();
        await bank.AskAndDecideAsync();
        await bank.TalkAsync();
        folder.Write(Done, app.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToString("O") + "\n");
    }

    private static async Task PublishOwnApiAsync(WebApplication app, DemoBank bank, DemoFolder folder)
    {
        try
        {
            await bank.PublishOwnApiAsync();
            folder.Write(Own, "\n");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The demo does without it until the next start; nothing else waits for it.
            app.Logger.LogWarning(fault, "The marketplace's own API is not in the demo catalog yet.");
        }
    }
}
