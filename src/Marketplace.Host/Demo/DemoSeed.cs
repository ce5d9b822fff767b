using Marketplace.Host.Setup;

namespace Marketplace.Host.Demo;

public static class DemoSeed
{
    private const string Done = "seeded";

    /// <summary>Once per data folder. A start that is killed halfway is taken up by the next one.</summary>
    public static async Task SeedDemoAsync(this WebApplication app, HostSettings settings, CancellationToken cancellation = default)
    {
        if (!settings.Demo || !settings.Has(Core.Data.Plane.Governance)) return;
        var folder = new DemoFolder(settings.DataFolder);
        if (folder.Read(Done) is not null) return;

        var bank = new DemoBank(app.Services, folder, cancellation);
        await bank.HirePeopleAsync();
        await bank.PublishApisAsync();
        await bank.RegisterApplicationsAsync();
        await bank.AskAndDecideAsync();
        folder.Write(Done, app.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToString("O") + "\n");
    }
}
