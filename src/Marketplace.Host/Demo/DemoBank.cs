using System.Text;
using Marketplace.Core;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Host.Setup;
using Marketplace.Portal.Rest.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Host.Demo;

/// <summary>A small bank, made through the use cases that people use. Each step may find itself done already.</summary>
internal sealed class DemoBank(IServiceProvider services, DemoFolder folder, DemoPorts ports, CancellationToken cancellation)
{
    public const string PlatformTeam = "platform";
    private const string Environment = "production";

    private readonly IReadOnlyList<DemoPerson> _people = DemoPeople.ReadOrMake(folder);

    public async Task HirePeopleAsync()
    {
        var founder = new Actor(Guid.Empty, "demo set-up", PlatformRole.Administrator, "local");
        foreach (var person in _people)
            Made(await Get<CreatePerson>().ExecuteAsync(founder, new(person.UserName, person.DisplayName, null, person.Role, person.Password), cancellation), "user_name_taken");
        var admin = await ActorAsync("ada");
        foreach (var (team, title) in new[] { ("payments", "Payments"), ("accounts", "Accounts"), ("mobile", "Mobile Banking"), (PlatformTeam, "API Platform") })
        {
            var members = _people.Where(person => person.Team == team).ToList();
            Made(await Get<CreateTeam>().ExecuteAsync(admin, new(team, title, members[0].UserName), cancellation), "name_taken");
            foreach (var member in members.Skip(1))
                Made(await Get<SetMembership>().ExecuteAsync(admin, new(team, member.UserName, member.TeamRole), cancellation));
        }
    }

    public async Task PublishApisAsync()
    {
        await PublishAsync("olivia", new("payments", "payments", "Payments", "Initiate and follow payments of the bank's customers.", Classification.Confidential), "v1", "payments.yaml");
        Made(await Get<ChangeVersion>().ExecuteAsync(
            await ActorAsync("olivia"),
            new("payments", "v1", Lifecycle.Published, null, "", Servers: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [DeploymentEnvironment.Sandbox] = ports.Sandbox.AbsoluteUri,
                [Environment] = ports.Provider.AbsoluteUri,
            }),
            cancellation));
        await PublishAsync("olivia", new("payments", "exchange-rates", "Exchange rates", "The bank's reference rates against the euro.", Classification.Public), "v1", "exchange-rates.json");
        await PublishAsync("amir", new("accounts", "accounts", "Accounts", "Accounts, balances and transactions.", Classification.Confidential), "v1", "accounts.yaml");
        await PublishAsync("amir", new("accounts", "customers", "Customers", "Who the customers are and what they agreed to.", Classification.Restricted), "v2", "customers.yaml");
    }

    /// <summary>The marketplace in its own catalog. Its endpoints are known only once it runs.</summary>
    public async Task PublishOwnApiAsync() => await PublishAsync(
        "noor", new("platform", "marketplace", "Marketplace", "The REST API of this marketplace. People and pipelines call it with a personal access token.", Classification.Internal),
        "v1", Encoding.UTF8.GetBytes(await RestDocument.RenderAsync(services, cancellation)));

    public async Task RegisterApplicationsAsync()
    {
        await RegisterAsync("daan", new("mobile", "Mobile app backend", "Serves the mobile app; the sample consumer runs as this."), "consumer");
        await RegisterAsync("pieter", new("payments", "Payments data planes", "The sample provider and its gateway pull their policy as this."), "data-plane");
    }

    /// <summary>What payments offers its consumers: small to try with, larger for whoever goes live.</summary>
    public async Task OfferPlansAsync()
    {
        var olivia = await ActorAsync("olivia");
        Made(await Get<WritePlan>().AddAsync(olivia, "payments", new(
            "Standard", "For most applications.", [DeploymentEnvironment.Sandbox, Environment], [], true, new(Rate: 20, Per: 1, Burst: 40, Quota: 1_000_000, Window: PlanWindow.Month)), cancellation), "title_taken");
        Made(await Get<WritePlan>().AddAsync(olivia, "payments", new(
            "High volume", "For channels that all customers use. Ask the team first.", [Environment], [], false,
            new(Rate: 500, Per: 1, Burst: 1000, Quota: 50_000_000, Window: PlanWindow.Month, MaximumDays: 180)), cancellation), "title_taken");
    }

    public async Task AskAndDecideAsync()
    {
        var consumer = folder.Read("consumer.id")!.Trim();
        var until = Get<TimeProvider>().GetUtcNow().AddDays(90);
        var asked = await AskAsync(consumer, "payments", "v1", DemoAccess.Granted.Append(DemoAccess.Refused), "The app shows a customer's payments and starts new ones.", until);
        if (asked is { } number)
            Made(await Get<DecideAccessRequest>().ExecuteAsync(await ActorAsync("olivia"), number,
                [.. DemoAccess.Granted.Select(key => new OperationDecision(key, Approve: true, "Fits the app's purpose.")),
                    new OperationDecision(DemoAccess.Refused, Approve: false, "Payments are cancelled by a person at the desk, not by the app.")],
                cancellation), "already_approved");
        // Confidential data in production takes a second person.
        if (asked is { } waiting)
            Made(await Get<DecideAccessRequest>().ExecuteAsync(
                await ActorAsync("sven"), waiting, [.. DemoAccess.Granted.Select(key => new OperationDecision(key, Approve: true, "The app is in the register of systems."))], cancellation));
        await AskAsync(consumer, "payments", "v1", DemoAccess.Granted, "To try the calls before they go live.", until, DeploymentEnvironment.Sandbox);
        await AskAsync(consumer, "accounts", "v1", ["getBalance", "listTransactions"], "The app's start page shows balance and latest transactions.", until);
    }

    /// <summary>What people say around an API: where help is, a guide, a question with its answer.</summary>
    public async Task TalkAsync()
    {
        var (olivia, pieter, daan) = (await ActorAsync("olivia"), await ActorAsync("pieter"), await ActorAsync("daan"));
        var payments = (await Get<CatalogReader>().FindApiAsync(olivia, "payments", cancellation))!;
        Made(await Get<ChangeApi>().ExecuteAsync(
            olivia, new("payments", payments.Title, payments.Summary, payments.Classification, new("#payments-help", "payments@bank.example", "")), cancellation));
        Made(await Get<FollowApi>().StarAsync(daan, "payments", true, cancellation));
        Made(await Get<FollowApi>().SubscribeAsync(daan, "payments", true, cancellation));
        if (payments.Guides == 0)
            Made(await Get<WriteGuide>().AddAsync(pieter, "payments", "Getting started", Encoding.UTF8.GetString(await DocumentAsync("getting-started.md")), cancellation));
        if (payments.Questions > 0) return;
        var asked = await Get<AskQuestion>().AskAsync(
            daan, "payments", "Until when can a payment be cancelled?", "I get `409` from `DELETE /payments/{paymentId}` after a minute.", cancellation);
        Made(asked);
        Made(await Get<AnswerQuestion>().AnswerAsync(olivia, "payments", asked.Value, "Until it is **executed**, about 30 s after it was accepted. Refund it then.", cancellation));
    }

    private async Task<long?> AskAsync(string clientId, string api, string version, IEnumerable<string> operations, string why, DateTimeOffset until, string environment = Environment)
    {
        // A request of an earlier, killed start: decided, or still to be decided.
        await using var db = await Get<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        var earlier = await db.AccessRequests.Where(r => r.Application!.ClientId == clientId && r.Items.Any(i => i.Operation!.ApiVersion!.Api!.Name == api) && r.Environment == environment).SingleOrDefaultAsync(cancellation);
        if (earlier is not null) return earlier.Status == RequestStatus.Pending ? earlier.Number : null;
        var asked = await Get<SubmitAccessRequest>().ExecuteAsync(
            await ActorAsync("daan"), new(clientId, api, version, environment, [.. operations], why, until), cancellation);
        Made(asked);
        return asked.Value;
    }

    private async Task PublishAsync(string owner, CreateApiInput api, string version, string document) =>
        await PublishAsync(owner, api, version, await DocumentAsync(document));

    private async Task PublishAsync(string owner, CreateApiInput api, string version, byte[] document)
    {
        var actor = await ActorAsync(owner);
        Made(await Get<CreateApi>().ExecuteAsync(actor, api, cancellation), "name_taken");
        Made(await Get<PublishSpec>().ExecuteAsync(actor, new(api.Name, version, document, OverrideReason: "The demo follows the version of the marketplace that is installed."), cancellation));
    }

    private async Task RegisterAsync(string developer, RegisterApplicationInput application, string file)
    {
        if (folder.Read(file + ".secret") is not null) return;
        var actor = await ActorAsync(developer);
        var made = await Get<RegisterApplication>().ExecuteAsync(actor, application, cancellation);
        Made(made, "name_taken");
        var (clientId, secret) = made.Succeeded ? (made.Value.ClientId, made.Value.Secret!) : await AnotherSecretAsync(actor, application.Name);
        folder.Write(file + ".id", clientId + "\n");
        folder.Write(file + ".secret", secret + "\n");
    }

    private async Task<(string ClientId, string Secret)> AnotherSecretAsync(Actor actor, string name)
    {
        await using var db = await Get<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        var clientId = await db.Applications.WithMember(actor).Where(a => a.Name == name).Select(a => a.ClientId).SingleAsync(cancellation);
        var added = await Get<AddCredential>().ExecuteAsync(actor, new(clientId, "demo"), cancellation);
        Made(added);
        return (clientId, added.Value!.Secret!);
    }

    private async Task<Actor> ActorAsync(string userName)
    {
        await using var db = await Get<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        var person = await db.People.SingleAsync(p => p.UserName == userName, cancellation);
        return new(person.Id, person.DisplayName, person.PlatformRole, "local");
    }

    private async Task<byte[]> DocumentAsync(string name)
    {
        await using var stream = typeof(DemoBank).Assembly.GetManifestResourceStream("demo/" + name)
            ?? throw new InvalidOperationException($"demo/{name} is not in this build");
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellation);
        // The sample's document says where it is by default; here it is beside this marketplace.
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.ToArray())
            .Replace(new DemoPorts(HostSettings.DefaultPort).Provider.AbsoluteUri.TrimEnd('/'), ports.Provider.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal));
    }

    private T Get<T>() where T : notnull => services.GetRequiredService<T>();

    private static void Made<T>(Outcome<T> outcome, string? alreadyDone = null)
    {
        if (outcome.Succeeded || outcome.Problems.All(problem => problem.Code == alreadyDone)) return;
        throw new InvalidOperationException("The demo cannot be set up: " + string.Join(' ', outcome.Problems.Select(problem => problem.Message)));
    }
}
