using System.Net.Http.Headers;
using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Host;
using Marketplace.Host.Setup;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Tests;

/// <summary>The host as it is composed, on a real Kestrel over a real database, with the small bank in it.</summary>
public sealed class BankApp : IAsyncDisposable
{
    public const string PlatformTeam = "platform";
    public const string Password = "correct horse battery";
    private readonly List<HttpClient> _clients = [];
    private readonly Storage _storage;

    private BankApp(Bank bank, WebApplication app, Storage storage) => (Bank, App, _storage) = (bank, app, storage);

    public Bank Bank { get; }

    public WebApplication App { get; }

    public Uri Url => new(App.Urls.First());

    public static async Task<BankApp> OpenAsync(PostgresFixture postgres, FetchOptions? fetching = null, params KeyValuePair<string, string?>[] configuration)
    {
        var bank = await Bank.OpenAsync(postgres, fetching);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(bank.Clock);
        var settings = new HostSettings
        {
            Planes = new HashSet<string>(Plane.All, StringComparer.Ordinal),
            ConnectionString = bank.Database.ConnectionString,
            DataFolder = Path.GetTempPath(),
            PublicUrl = new("http://localhost"),
            MasterKey = new MasterKeySource { Value = Convert.ToBase64String(new byte[MasterKey.Length]) },
            PlatformTeam = PlatformTeam,
            Demo = false,
        };
        var storage = await Storage.OpenAsync(settings);
        builder.AddPlanes(settings, storage);
        if (fetching is not null)
            builder.Services.AddSingleton(fetching);
        var app = builder.Build();
        app.MapPlanes(settings);
        app.MapHealth();
        await app.StartAsync();
        return new(bank, app, storage);
    }

    /// <summary>Sends nothing but what the test says, and follows no redirect.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url };
        _clients.Add(client);
        return client;
    }

    /// <summary>A program with a personal access token of this person, for these scopes or all of them.</summary>
    public async Task<HttpClient> ProgramOfAsync(Actor person, params IReadOnlyList<TokenScope> scopes)
    {
        var client = Anonymous();
        var token = await Bank.Use<AccessTokens>().CreateAsync(person, new("test", 1, scopes.Count > 0 ? scopes : Enum.GetValues<TokenScope>()), null, default);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value!.Value);
        return client;
    }

    /// <summary>A browser in which this person has signed in with their password.</summary>
    public async Task<BankBrowser> BrowserOfAsync(Actor person)
    {
        var userName = await GivePasswordAsync(person);
        var browser = AnonymousBrowser();
        await browser.SignInAsync(userName, Password);
        return browser;
    }

    public BankBrowser AnonymousBrowser()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = Url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        _clients.Add(client);
        return new BankBrowser(client);
    }

    /// <summary>Bearer of a name and password, as curl -u sends them.</summary>
    public async Task<AuthenticationHeaderValue> BasicOfAsync(Actor person, string? password = null) => new(
        "Basic",
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{await GivePasswordAsync(person)}:{password ?? Password}")));

    private async Task<string> GivePasswordAsync(Actor actor)
    {
        await using var db = await Bank.OpenAsync();
        var person = await db.People.SingleAsync(p => p.Id == actor.Id);
        if (person.PasswordHash is null)
        {
            person.PasswordHash = App.Services.GetRequiredService<IPasswordHasher<Person>>().HashPassword(person, Password);
            await db.SaveChangesAsync();
        }

        return person.UserName;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        // Disposed of alone, its services would still be at work on what is gone.
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10)))
            await App.StopAsync(patience.Token);
        await App.DisposeAsync();
        await _storage.DisposeAsync();
        await Bank.DisposeAsync();
    }
}
