using Marketplace.Host.Demo;
using Marketplace.Host.Setup;

return await Startup.GuardAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var settings = builder.ReadSettings();
    await using var storage = await Storage.OpenAsync(settings);

    builder.AddPlanes(settings, storage);
    var app = builder.Build();
    app.MapPlanes(settings);
    app.MapHealth();

    await app.SeedDemoAsync(settings);
    await app.EnsureAdministratorAsync(settings);
    await app.RunAsync();
});
