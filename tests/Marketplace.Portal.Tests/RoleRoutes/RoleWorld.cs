using System.Text;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>
/// The bank with somebody for every column of the table. Team payments publishes, team channels consumes, team lending
/// has nothing to do with either. Everything that a call changes is made anew for it.
/// </summary>
public sealed class RoleWorld : IAsyncLifetime
{
    private readonly Dictionary<(string Name, TokenScope? Scope, bool Without), HttpClient> _programs = [];
    private readonly Dictionary<string, BankBrowser> _browsers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _formTokens = new(StringComparer.Ordinal);
    private int _made;
    private string? _sandboxApplication;

    public BankApp App { get; private set; } = null!;

    public Bank Bank => App.Bank;

    public Actor Paula { get; private set; } = null!;

    private Actor Noor { get; set; } = null!;

    private Actor Pia { get; set; } = null!;

    private Actor Lars { get; set; } = null!;

    private Actor Lea { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await BankApp.OpenAsync(new PostgresFixture());
        Paula = await JoinAsync("paula", "payments", TeamRole.Developer);
        Noor = await JoinAsync("noor", BankApp.PlatformTeam, TeamRole.Owner);
        Pia = await JoinAsync("pia", BankApp.PlatformTeam, TeamRole.Developer);
        Lars = await JoinAsync("lars", "lending", TeamRole.Owner);
        Lea = await JoinAsync("lea", "lending", TeamRole.Developer);
        Done(await Bank.Use<CreateApi>().ExecuteAsync(Bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default));
        await PublishAsync("v1", asDraft: false);
        await PublishAsync("v9", asDraft: true);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    public Actor? PersonIn(Column column, Side side) => column switch
    {
        Column.Anonymous => null,
        Column.Stranger => Bank.Stranger,
        Column.OtherDeveloper => Lea,
        Column.OtherOwner => Lars,
        Column.Developer => side switch { Side.Publishing => Paula, Side.Platform => Pia, _ => Bank.Dirk },
        Column.Owner => side switch { Side.Publishing => Bank.Olivia, Side.Platform => Noor, _ => Bank.Carla },
        Column.Administrator => Bank.Admin,
        Column.SecurityOfficer => Bank.SecurityOfficer,
        _ => Bank.Auditor,
    };

    /// <summary>
    /// As a program if the route is of the REST API, with a token for this scope and nothing else, or for everything else;
    /// else as a browser, forms with their antiforgery token.
    /// </summary>
    public async Task<string> CallAsync(Actor? person, Call call, TokenScope? scope = null, bool without = false)
    {
        using var response = call.Url.StartsWith("/api/", StringComparison.Ordinal)
            ? await (await ProgramAsync(person, scope, without)).SendAsync(call.Request())
            : await BrowseAsync(person, call);
        var toSignIn = (int)response.StatusCode == 302 && response.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) is true;
        return (int)response.StatusCode switch
        {
            >= 200 and < 300 or 303 => "ok",
            401 => "in",
            302 when toSignIn => "in",
            403 => "no",
            404 => "un",
            var other => other.ToString(),
        };
    }

    /// <summary>The next call of this person starts with signing in.</summary>
    public void CloseBrowserOf(Actor? person)
    {
        _browsers.Remove(person?.Name ?? "");
        _formTokens.Remove(person?.Name ?? "");
    }

    /// <summary>What the audit trail says that the auditor did, but to the own account.</summary>
    public async Task<IReadOnlyList<string>> ChangesOfAuditorAsync()
    {
        await using var db = await Bank.OpenAsync();
        return await db.AuditEvents.Where(e => e.ActorId == Bank.Auditor.Id && !e.Action.StartsWith("access_token.") && e.Action != "session.ended").Select(e => e.Action).ToListAsync();
    }

    public string Fresh(string stem) => $"{stem}-{++_made}";

    public async Task<string> ApplicationAsync() =>
        Done(await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", Fresh("Service"), ""), default)).ClientId;

    public async Task<string> StoppedApplicationAsync()
    {
        var application = await ApplicationAsync();
        Done(await Bank.Use<DisableApplication>().ExecuteAsync(Bank.Dirk, application, true, "Incident.", default));
        return application;
    }

    public async Task<(string ClientId, Guid Id)> CredentialAsync()
    {
        var application = await ApplicationAsync();
        return (application, Done(await Bank.Use<AddCredential>().ExecuteAsync(Bank.Dirk, new(application, "another"), default)).Id);
    }

    /// <summary>As if the credential's keys had been fetched from a URL, which is not due again.</summary>
    public async Task<(string ClientId, Guid Id)> KeySetAsync()
    {
        var (application, id) = await CredentialAsync();
        var now = Bank.Clock.GetUtcNow();
        await using var db = await Bank.OpenAsync();
        db.Add(new ClientKeySet { CredentialId = id, Url = "https://localhost/keys", Keys = "{}", FetchedAt = now, CheckedAt = now, NextAt = DateTimeOffset.MaxValue });
        await db.SaveChangesAsync();
        return (application, id);
    }

    public async Task<long> RequestAsync() => Done(await Bank.Use<SubmitAccessRequest>().ExecuteAsync(
        Bank.Dirk, new(await ApplicationAsync(), "payments", "v1", "sandbox", ["listPayments"], "To show payments.", Bank.Clock.GetUtcNow().AddDays(9)), default));

    public async Task<Guid> GrantAsync()
    {
        var number = await RequestAsync();
        Done(await Bank.Use<DecideAccessRequest>().ExecuteAsync(Bank.Oscar, number, [new("listPayments", true, null)], default));
        await using var db = await Bank.OpenAsync();
        return await db.Grants.Where(g => db.AccessRequests.Any(r => r.Number == number && r.Items.Any(i => i.Id == g.AccessRequestItemId)))
            .Select(g => g.Id).SingleAsync();
    }

    /// <summary>An application of team channels with a grant in the sandbox.</summary>
    public async Task<string> SandboxApplicationAsync()
    {
        if (_sandboxApplication is { } made)
            return made;
        var grant = await GrantAsync();
        await using var db = await Bank.OpenAsync();
        return _sandboxApplication = await db.Grants.Where(g => g.Id == grant).Select(g => g.Application!.ClientId).SingleAsync();
    }

    public async Task<Guid> TokenOfAsync(Actor person)
    {
        await RevokeTokensNamedAsync(person, "row");
        return Done(await Bank.Use<AccessTokens>().CreateAsync(person, new("row", 1, [TokenScope.Read]), null, default)).Id;
    }

    /// <summary>An API of team payments, with nothing in it.</summary>
    public async Task<string> ApiAsync() =>
        Done(await Bank.Use<CreateApi>().ExecuteAsync(Bank.Olivia, new("payments", Fresh("api"), "Api", "", Classification.Internal), default)).Name;

    public async Task<string> OfferedApiAsync(string team)
    {
        var api = await ApiAsync();
        Done(await Bank.Use<TransferApi>().OfferAsync(Bank.Olivia, api, team, "", default));
        return api;
    }

    public async Task<string> GuideAsync() => Done(await Bank.Use<WriteGuide>().AddAsync(Paula, "cards", Fresh("Guide"), "Text.", default));

    public async Task<long> QuestionAsync()
    {
        // Nobody asks as much as this table does.
        await Bank.Database.ExecuteAsync("update question set asked_at = asked_at - interval '1 day'; update answer set answered_at = answered_at - interval '1 day'");
        return Done(await Bank.Use<AskQuestion>().AskAsync(Bank.Dirk, "cards", "How do I block a card?", "", default));
    }

    /// <summary>The address, below an API's, of an answer that Dirk gave to his own question.</summary>
    public async Task<string> AnswerAsync(string below)
    {
        var question = await QuestionAsync();
        return $"{below}/questions/{question}/answers/{Done(await Bank.Use<AnswerQuestion>().AnswerAsync(Bank.Dirk, "cards", question, "With PUT.", default))}";
    }

    /// <summary>Something that this person was told.</summary>
    public async Task<Guid> NotificationAsync(Actor person)
    {
        await using var db = await Bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var teller = person == Bank.Olivia ? Bank.Oscar : Bank.Olivia;
        await Inbox.TellAsync(
            db, Bank.Clock.GetUtcNow(), teller, new(NotificationKind.RevisionPublished, "News", "Something changed.", "/catalog"), new() { People = [person.Id] }, default);
        await transaction.CommitAsync();
        return await db.InboxEntries.Where(e => e.PersonId == person.Id && e.Notification!.Subject == "News").OrderByDescending(e => e.At).ThenByDescending(e => e.NotificationId)
            .Select(e => e.NotificationId).FirstAsync();
    }

    /// <summary>The call, once nobody waits for another signing key: a second wish for the same is a conflict.</summary>
    public async Task<int> RulesetAsync() =>
        (await Bank.Use<WriteRuleset>().ExecuteAsync(Bank.Admin, new("rules: {}", "For a row."), default)).Value!.Number;

    /// <summary>The portal's own worker tries it, as it would for a person.</summary>
    public async Task<int> TriedRulesetAsync()
    {
        var number = await RulesetAsync();
        await Bank.Use<TryRuleset>().ExecuteAsync(Bank.Admin, number, default);
        while (await Bank.Use<RulesetRunner>().RunNextAsync(default))
        {
        }
        await Eventually.HoldsAsync(
            async () => await Bank.Database.ScalarAsync<long>($"select count(*) from ruleset_run where ruleset = {number} and state = 'done'") > 0, TimeSpan.FromSeconds(20));
        return number;
    }

    /// <summary>The call, with cards v1 in shadow mode in production.</summary>
    public async Task<Call> InShadowAsync(Call call)
    {
        Done(await Bank.Use<BeginShadowMode>().ExecuteAsync(
            Bank.Olivia, new("cards", "v1", "production", Bank.Clock.GetUtcNow().AddDays(3), "Callers exist."), default));
        return call;
    }

    public async Task<Call> NoRotationAsync(Call call)
    {
        await Eventually.HoldsAsync(async () => await Bank.Database.ScalarAsync<long>("select count(*) from signing_key") > 0, TimeSpan.FromSeconds(10));
        await Bank.Database.ExecuteAsync("update signing_key_rotation set done_at = now() where done_at is null");
        return call;
    }

    /// <summary>Another browser in which this person is signed in.</summary>
    public async Task<Guid> SessionOfAsync(Actor person)
    {
        await using var db = await Bank.OpenAsync();
        return (await Bank.Use<StartSession>().ExecuteAsync(await db.People.SingleAsync(p => p.Id == person.Id), new("192.0.2.7", "curl/8.0"), null, default)).Id;
    }

    public async Task CloseAsync(Actor person) =>
        Done(await App.App.Services.GetRequiredService<DisablePerson>().ExecuteAsync(Bank.Admin, person.Name, true, "For a row.", default));

    public async Task<string> ClosedAccountAsync()
    {
        var name = await NewcomerAsync();
        Done(await Bank.Use<DisablePerson>().ExecuteAsync(Bank.Admin, name, true, "For a row.", default));
        return name;
    }

    public async Task<string> JoinedAccountAsync()
    {
        var name = Fresh("joined");
        var person = await PersonAsync(name);
        await using var db = await Bank.OpenAsync();
        db.Add(new PersonIdentity { Issuer = "https://idp.example", Subject = name, PersonId = person.Id, LinkedAt = Bank.Clock.GetUtcNow(), Groups = [] });
        await db.SaveChangesAsync();
        return name;
    }

    public async Task<Guid> MappingAsync() =>
        Done(await Bank.Use<ChangeGroupMapping>().AddAsync(Bank.Admin, new(Fresh("group"), "payments", TeamRole.Developer, null), default));

    /// <summary>The call, once this person has the password that it says.</summary>
    public async Task<Call> WithPasswordAsync(Actor? person, Call call)
    {
        if (person is not null)
            await App.BasicOfAsync(person);
        return call;
    }

    /// <summary>A person in no team, to be taken into one.</summary>
    public async Task<string> NewcomerAsync() => (await PersonAsync(Fresh("newcomer"))).Name;

    public async Task<string> PaymentsMemberAsync()
    {
        var name = Fresh("member");
        await JoinAsync(name, "payments", TeamRole.Developer);
        return name;
    }

    public static string Document(string title) =>
        """
        {"openapi":"3.0.3","info":{"title":"TITLE","version":"1"},
         "paths":{"/cards":{"get":{"operationId":"listCards","responses":{"200":{"description":"."}}}}}}
        """.Replace("TITLE", title, StringComparison.Ordinal);

    private async Task PublishAsync(string version, bool asDraft) => Done(await Bank.Use<PublishSpec>().ExecuteAsync(
        Bank.Olivia, new("cards", version, Encoding.UTF8.GetBytes(Document("Cards")), AsDraft: asDraft), default));

    private static T Done<T>(Outcome<T> outcome) =>
        outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));

    private async Task<HttpClient> ProgramAsync(Actor? person, TokenScope? scope, bool without)
    {
        var key = (person?.Name ?? "", scope, without);
        TokenScope[] scopes = scope is null ? [] : [.. Enum.GetValues<TokenScope>().Where(other => other == scope != without)];
        return _programs.TryGetValue(key, out var client)
            ? client
            : _programs[key] = person is null ? App.Anonymous() : await App.ProgramOfAsync(person, scopes);
    }

    private async Task<HttpResponseMessage> BrowseAsync(Actor? person, Call call)
    {
        var key = person?.Name ?? "";
        if (!_browsers.TryGetValue(key, out var browser))
        {
            _browsers[key] = browser = person is null ? App.AnonymousBrowser() : await App.BrowserOfAsync(person);
            _formTokens[key] = await browser.FormTokenAsync(person is null ? "/sign-in" : "/me/access-tokens");
        }

        return await browser.Client.SendAsync(call.Request(_formTokens[key]));
    }

    private async Task<Actor> JoinAsync(string userName, string team, TeamRole role)
    {
        var person = await PersonAsync(userName);
        await using var db = await Bank.OpenAsync();
        var found = await db.Teams.SingleOrDefaultAsync(t => t.Name == team);
        if (found is null)
            db.Add(found = new Team { Name = team, Title = team, CreatedAt = Bank.Clock.GetUtcNow() });
        db.Add(new Membership { TeamId = found.Id, PersonId = person.Id, Role = role });
        await db.SaveChangesAsync();
        return person;
    }

    public async Task<Actor> PersonAsync(string userName)
    {
        await using var db = await Bank.OpenAsync();
        var person = new Person
        {
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            DisplayName = userName,
            SecurityStamp = userName,
            CreatedAt = Bank.Clock.GetUtcNow(),
        };
        db.Add(person);
        await db.SaveChangesAsync();
        return new Actor(person.Id, userName, null, "127.0.0.1");
    }

    private async Task RevokeTokensNamedAsync(Actor person, string name)
    {
        foreach (var token in await Bank.Use<AccessTokens>().ListAsync(person, default))
        {
            if (token.Name == name && token.RevokedAt is null)
                await Bank.Use<AccessTokens>().RevokeAsync(person, token.Id, default);
        }
    }
}
