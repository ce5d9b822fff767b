using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Tests.App;

/// <summary>The portal on a real socket over a real database.</summary>
public sealed class LivePortal : IAsyncDisposable
{
    public const string Password = "correct-horse-battery";

    public static readonly Actor Root = new(Guid.CreateVersion7(), "root", PlatformRole.Administrator, "test");

    private readonly WebApplication _app;

    private LivePortal(WebApplication app, TestDatabase database, ManualTimeProvider clock) =>
        (_app, Database, Clock, Address) = (app, database, clock, new(app.Urls.Single()));

    public TestDatabase Database { get; }

    public ManualTimeProvider Clock { get; }

    public Uri Address { get; }

    /// <summary>Another replica over the same <paramref name="database"/>, if one is given.</summary>
    public static async Task<LivePortal> StartAsync(PostgresFixture postgres, TestDatabase? database = null, Action<IServiceCollection>? also = null)
    {
        database ??= await postgres.CreateDatabaseAsync();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(new MasterKey(new byte[MasterKey.Length]));
        builder.Services.AddPlaneData(database.ConnectionString);
        builder.Services.AddMarketplaceCore();
        builder.AddPortal(new("http://localhost"));
        also?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapPortal();
        await app.StartAsync();
        return new(app, database, clock);
    }

    public T Use<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public Visitor OpenBrowser() => new(Address);

    public async Task<Visitor> SignedInAsync(string userName)
    {
        var browser = OpenBrowser();
        var seen = await browser.SignInAsync(userName, Password);
        Assert.Equal(303, seen.Status);
        return browser;
    }

    public async Task<Actor> AddPersonAsync(string userName, string displayName, PlatformRole? role = null)
    {
        var made = await Use<CreatePerson>().ExecuteAsync(Root, new(userName, displayName, null, role, Password), default);
        Assert.True(made.Succeeded, string.Join("; ", made.Problems));
        return new(made.Value.Id, displayName, role, "test");
    }

    public async Task AddTeamAsync(string name, string title, string owner, params string[] developers)
    {
        var made = await Use<CreateTeam>().ExecuteAsync(Root, new(name, title, owner), default);
        Assert.True(made.Succeeded, string.Join("; ", made.Problems));
        foreach (var developer in developers)
        {
            await Database.ExecuteAsync(
                $"insert into membership select t.id, p.id, 'developer' from team t, person p where t.name = '{name}' and p.user_name = '{developer}'");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Database.DisposeAsync();
    }
}
