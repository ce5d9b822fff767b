using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Testing;

/// <summary>
/// A small bank over a real database: team payments (owners Olivia and Oscar) with API <c>payments</c> v1, team
/// channels (owner Carla, developer Dirk) with an application. Everything goes through the use cases but the API,
/// whose rows are written as a publisher would have left them.
/// </summary>
public sealed class Bank : IAsyncDisposable
{
    public static readonly string[] PaymentOperations = ["listPayments", "createPayment", "getPayment", "cancelPayment"];

    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private Bank(TestDatabase database, ServiceProvider services, ManualTimeProvider clock) =>
        (_database, _services, Clock) = (database, services, clock);

    public ManualTimeProvider Clock { get; }
    public TestDatabase Database => _database;
    public Actor Admin { get; private set; } = null!;
    public Actor Olivia { get; private set; } = null!;
    public Actor Oscar { get; private set; } = null!;
    public Actor Carla { get; private set; } = null!;
    public Actor Dirk { get; private set; } = null!;
    public Actor Stranger { get; private set; } = null!;
    public Actor SecurityOfficer { get; private set; } = null!;
    public Actor Auditor { get; private set; } = null!;
    public ApiVersion Payments { get; private set; } = null!;
    public RegisteredApplication App { get; private set; } = null!;

    /// <summary>A use case or reader of Core.</summary>
    public T Use<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<MarketplaceDb> OpenAsync() => Use<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync();

    /// <param name="ownersDecide">Each request needs an owner's approval and no other; else by the policy that a new marketplace has.</param>
    public static async Task<Bank> OpenAsync(PostgresFixture postgres, FetchOptions? fetching = null, bool ownersDecide = true)
    {
        return await OpenAsync(await postgres.CreateDatabaseAsync(), fetching, ownersDecide: ownersDecide);
    }

    /// <summary>In a database that is migrated and empty.</summary>
    public static async Task<Bank> OpenAsync(TestDatabase database, FetchOptions? fetching = null, TellingSettings? telling = null, bool ownersDecide = true)
    {
        // As the host does it: the database remembers which master key is its own before anything is sealed or hashed.
        var masterKey = await new MasterKeySource { Value = Convert.ToBase64String(new byte[MasterKey.Length]) }.OpenAsync(database.DataSource, default);
        var services = new ServiceCollection();
        var clock = new ManualTimeProvider();
        services.AddSingleton<TimeProvider>(clock)
            .AddSingleton(masterKey)
            .AddSingleton(fetching ?? new FetchOptions())
            .AddSingleton(telling ?? new TellingSettings())
            .AddMarketplaceData(_ => database.DataSource)
            .AddMarketplaceCore();
        var bank = new Bank(database, services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true }), clock);
        await bank.PopulateAsync();
        if (ownersDecide)
            await bank.LetOwnersDecideAsync();
        return bank;
    }

    /// <summary>Dirk asks for these operations in production for 30 days.</summary>
    public async Task<long> RequestAsync(params string[] operations)
    {
        var outcome = await Use<SubmitAccessRequest>().ExecuteAsync(Dirk, Input(operations), default);
        await ForgetNewsAsync();
        return outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
    }

    public AccessRequestInput Input(params string[] operations) => new(
        App.ClientId, "payments", "v1", DeploymentEnvironment.Production, operations, "The app shows payments.", Clock.GetUtcNow().AddDays(30));

    /// <summary>Dirk asks and Olivia approves.</summary>
    public async Task GrantAsync(params string[] operations)
    {
        var number = await RequestAsync(operations);
        var decided = await Use<DecideAccessRequest>().ExecuteAsync(Olivia, number, [.. operations.Select(o => new OperationDecision(o, true, null))], default);
        if (!decided.Succeeded)
            throw new InvalidOperationException(string.Join("; ", decided.Problems));
        await ForgetNewsAsync();
    }

    /// <summary>What is told of a request that a test merely begins with stands in nobody's inbox: tests count their own news.</summary>
    private Task<int> ForgetNewsAsync() =>
        Database.ExecuteAsync("delete from inbox_entry e using notification n where n.id = e.notification_id and n.kind in ('access_requested', 'access_decided')");

    public async Task<IReadOnlyList<GrantRow>> GrantsAsync() =>
        (await Use<GrantReader>().ListAsync(Olivia, new GrantFilter(), new PageRequest(), default)).Items;

    private async Task PopulateAsync()
    {
        Admin = await PersonAsync("anna", "Anna Admin", PlatformRole.Administrator);
        SecurityOfficer = await PersonAsync("sven", "Sven Security", PlatformRole.SecurityOfficer);
        Auditor = await PersonAsync("aida", "Aida Auditor", PlatformRole.Auditor);
        Olivia = await PersonAsync("olivia", "Olivia Owner", null);
        Oscar = await PersonAsync("oscar", "Oscar Owner", null);
        Carla = await PersonAsync("carla", "Carla Channels", null);
        Dirk = await PersonAsync("dirk", "Dirk Developer", null);
        Stranger = await PersonAsync("stan", "Stan Stranger", null);
        await TeamAsync("payments", (Olivia, TeamRole.Owner), (Oscar, TeamRole.Owner));
        await TeamAsync("channels", (Carla, TeamRole.Owner), (Dirk, TeamRole.Developer));
        Payments = await ApiAsync();
        App = (await Use<RegisterApplication>().ExecuteAsync(Dirk, new("channels", "Mobile app", ""), default)).Value!;
    }

    private Task<int> LetOwnersDecideAsync() => Database.ExecuteAsync(
        $"""
        insert into approval_policy values (2, E'otherwise then owner\nbreak glass for public, internal, confidential in production up to 4 hours\n', 'For tests.', '{Admin.Id}', now());
        insert into approval_policy_effect values (2, 2, '{Admin.Id}', 'For tests.', '{SecurityOfficer.Id}', now())
        """);

    private async Task<Actor> PersonAsync(string userName, string name, PlatformRole? role)
    {
        await using var db = await OpenAsync();
        var person = new Person
        {
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            DisplayName = name,
            PlatformRole = role,
            SecurityStamp = userName,
            CreatedAt = Clock.GetUtcNow(),
        };
        db.Add(person);
        await db.SaveChangesAsync();
        return new Actor(person.Id, name, role, "127.0.0.1");
    }

    private async Task TeamAsync(string name, params (Actor Person, TeamRole Role)[] members)
    {
        await using var db = await OpenAsync();
        var team = new Team { Name = name, Title = name.ToUpperInvariant(), CreatedAt = Clock.GetUtcNow() };
        team.Memberships.AddRange(members.Select(m => new Membership { TeamId = team.Id, PersonId = m.Person.Id, Role = m.Role }));
        db.Add(team);
        await db.SaveChangesAsync();
    }

    private async Task<ApiVersion> ApiAsync()
    {
        await using var db = await OpenAsync();
        var api = new Api
        {
            Name = "payments",
            Title = "Payments",
            Summary = "Moves money.",
            TeamId = (await db.Teams.SingleAsync(t => t.Name == "payments")).Id,
            Classification = Classification.Confidential,
            CreatedAt = Clock.GetUtcNow(),
        };
        var version = new ApiVersion
        {
            ApiId = api.Id,
            Version = "v1",
            Lifecycle = Lifecycle.Published,
            BasePath = "",
            Revision = 1,
            NextBitIndex = 4,
            CreatedAt = Clock.GetUtcNow(),
        };
        string[] methods = ["GET", "POST", "GET", "DELETE"];
        string[] paths = ["/payments", "/payments", "/payments/{id}", "/payments/{id}"];
        version.Operations.AddRange(PaymentOperations.Select((key, i) => new Operation
        {
            ApiVersionId = version.Id,
            Key = key,
            OperationId = key,
            BitIndex = i,
            Method = methods[i],
            Path = paths[i],
            Summary = key,
            Description = "",
            Tags = ["payments"],
            Deprecated = false,
            AddedIn = 1,
        }));
        version.Audiences.AddRange(new[] { "sandbox", "production" }.Select(e => new Audience
        {
            ApiVersionId = version.Id,
            Environment = e,
            Uri = $"urn:marketplace:payments:v1:{e}",
        }));
        db.AddRange(api, version);
        await db.SaveChangesAsync();
        return version;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
