using System.Text;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Core.People;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>
/// The bank with somebody for every column of the table. Team payments publishes, team channels consumes, team lending
/// has nothing to do with either. Everything that a call changes is made anew for it.
/// </summary>
public sealed class RoleWorld : IAsyncLifetime
{
    private int _made;
    private string? _sandboxApplication;
    private (string ClientId, Guid Grant, long Narrowing)? _reviewed;
    private string? _plan;

    public BankApp App { get; private set; } = null!;

    public Bank Bank => App.Bank;

    public RoleCallers Callers { get; private set; } = null!;

    public RolePeople People { get; private set; } = null!;

    public Actor Paula { get; private set; } = null!;

    private Actor SecondOfficer { get; set; } = null!;

    private Actor Noor { get; set; } = null!;

    private Actor Pia { get; set; } = null!;

    private Actor Lars { get; set; } = null!;

    private Actor Lea { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await BankApp.OpenAsync(new PostgresFixture());
        (Callers, People) = (new(App), new(this));
        Paula = await People.JoinAsync("paula", "payments", TeamRole.Developer);
        Noor = await People.JoinAsync("noor", BankApp.PlatformTeam, TeamRole.Owner);
        Pia = await People.JoinAsync("pia", BankApp.PlatformTeam, TeamRole.Developer);
        Lars = await People.JoinAsync("lars", "lending", TeamRole.Owner);
        Lea = await People.JoinAsync("lea", "lending", TeamRole.Developer);
        SecondOfficer = (await People.PersonAsync("sara")) with { Role = PlatformRole.SecurityOfficer };
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
    /// What the audit trail says that the auditor changed, but for the own account. To ask in a campaign, and to take its
    /// answers or the trail along, is an auditor's work and changes nobody's access; to answer would.
    /// </summary>
    public async Task<IReadOnlyList<string>> ChangesOfAuditorAsync()
    {
        await using var db = await Bank.OpenAsync();
        return await db.AuditEvents.Where(e => e.ActorId == Bank.Auditor.Id && !e.Action.StartsWith("access_token.") && !e.Action.StartsWith("session.") && e.Action != "person.notifications_changed" && e.Action != "audit.exported"
            && e.Action != "recertification.opened" && e.Action != "recertification.closed" && e.Action != "recertification.exported").Select(e => e.Action).ToListAsync();
    }

    /// <summary>Whether something stands on the audit trail since then, but what signing in and making a token for the call itself left there.</summary>
    public async Task<bool> RecordedSinceAsync(string route, long head)
    {
        await using var db = await Bank.OpenAsync();
        var isToken = route.EndsWith("/access-tokens", StringComparison.Ordinal);
        return await db.AuditEvents.AnyAsync(e => e.Sequence > head && e.Action != "session.started" && (isToken || e.Action != "access_token.created"));
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

    /// <summary>Of Dirk, who has no other then.</summary>
    public async Task<long> DraftAsync()
    {
        await Bank.Database.ExecuteAsync("delete from access_draft");
        return Done(await Bank.Use<EditDraft>().SaveAsync(
            Bank.Dirk, null, new([new("payments", "v1", "listPayments")], await ApplicationAsync(), "sandbox", "To show payments.", new DateOnly(2026, 2, 1)), default));
    }

    /// <summary>Of team payments.</summary>
    public async Task<string> TemplateAsync() => Done(await Bank.Use<WriteTemplate>().PutAsync(
        Bank.Olivia, Fresh("template"), new("Reading cards", "", [new("cards", "v1", [], ["GET"], null)]), default));

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

    /// <summary>A campaign about one grant of team channels to the API of team payments.</summary>
    public async Task<(long Number, Guid Grant)> CampaignAsync()
    {
        var (application, grant, _) = await ReviewedAsync();
        return (Done(await Bank.Use<OpenCampaign>().ExecuteAsync(
            Bank.Olivia, new(Fresh("Review"), new(Api: "payments", Application: application), Bank.Clock.GetUtcNow().AddDays(9)), default)), grant);
    }

    /// <summary>That its team was asked to give up, and has not answered.</summary>
    public async Task<(string ClientId, long Number)> NarrowingAsync()
    {
        var (application, _, number) = await ReviewedAsync();
        await Bank.Database.ExecuteAsync("update narrowing_request set answer = null, answered_by = null, answered_at = null, reason = null");
        return (application, number);
    }

    public async Task<(string ClientId, Guid Grant, long Narrowing)> ReviewedAsync()
    {
        if (_reviewed is { } made)
            return made;
        var grant = await GrantAsync();
        var request = Guid.CreateVersion7();
        await Bank.Database.ExecuteAsync(
            $"""
            insert into narrowing_request (id, application_id, api_version_id, environment, asked_by, asked_at)
            select '{request}', application_id, api_version_id, environment, '{Bank.Olivia.Id}', now() from access_grant where id = '{grant}';
            insert into narrowing_item values ('{request}', '{grant}')
            """);
        await using var db = await Bank.OpenAsync();
        var client = await db.Grants.Where(g => g.Id == grant).Select(g => g.Application!.ClientId).SingleAsync();
        _reviewed = (client, grant, await db.NarrowingRequests.Where(r => r.Id == request).Select(r => r.Number).SingleAsync());
        return _reviewed.Value;
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

    /// <summary>The one that all rows share, as they leave it: an API has at most a few.</summary>
    public async Task<string> PlanAsync() =>
        _plan ??= Done(await Bank.Use<WritePlan>().AddAsync(Bank.Olivia, "cards", new("Usual", "", ["sandbox"], [], false, new(Rate: 5, Per: 1)), default));

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

    /// <summary>For an owner of payments, who is not away yet; whom no column stands for gives the approvals.</summary>
    public async Task<object> NewAbsenceAsync()
    {
        await Bank.Database.ExecuteAsync("update absence set ended_at = now()");
        return new { @delegate = await People.PaymentsMemberAsync(), from = Bank.Clock.GetUtcNow(), until = Bank.Clock.GetUtcNow().AddDays(3) };
    }

    public async Task<Call> AbsenceFormAsync()
    {
        await NewAbsenceAsync();
        var today = Bank.Clock.GetUtcNow().ToString("yyyy-MM-dd");
        return new(HttpMethod.Post, "/me/absences", Form: [("delegate", await People.PaymentsMemberAsync()), ("from", today), ("until", today)]);
    }

    public async Task<Guid> AbsenceAsync()
    {
        await NewAbsenceAsync();
        return Done(await Bank.Use<EntrustApprovals>().BeginAsync(Bank.Olivia, new(await People.PaymentsMemberAsync(), Bank.Clock.GetUtcNow(), Bank.Clock.GetUtcNow().AddDays(3)), default));
    }

    public string PolicyText() => $"# {Fresh("policy")}\notherwise then owner\n";

    /// <summary>Written by somebody whom no column stands for.</summary>
    public async Task<int> PolicyAsync() => Done(await Bank.Use<WriteApprovalPolicy>().ExecuteAsync(SecondOfficer, new(PolicyText(), "For a row."), default));

    public async Task<int> TriedPolicyAsync()
    {
        var number = await PolicyAsync();
        Done(await Bank.Use<TryApprovalPolicy>().ExecuteAsync(SecondOfficer, number, default));
        return number;
    }

    /// <summary>The call, with cards v1 in shadow mode in production.</summary>
    public async Task<Call> InShadowAsync(Call call)
    {
        Done(await Bank.Use<BeginShadowMode>().ExecuteAsync(
            Bank.Olivia, new("cards", "v1", "production", Bank.Clock.GetUtcNow().AddDays(3), "Callers exist."), default));
        return call;
    }

    /// <summary>The call, once nobody waits for another signing key: a second wish for the same is a conflict.</summary>
    public async Task<Call> NoRotationAsync(Call call)
    {
        await Eventually.HoldsAsync(async () => await Bank.Database.ScalarAsync<long>("select count(*) from signing_key") > 0, TimeSpan.FromSeconds(10));
        await Bank.Database.ExecuteAsync("update signing_key_rotation set done_at = now() where done_at is null");
        return call;
    }

    /// <summary>The address, of the page and below the REST API's root, of a webhook of team payments.</summary>
    public async Task<string> WebhookAsync(bool on = true)
    {
        await NoWebhooksAsync(0);
        var made = Done(await Bank.Use<ChangeWebhook>().AddAsync(Bank.Olivia, "payments", new("https://receiver.example/hook", "", [], []), default));
        if (!on)
            Done(await Bank.Use<ChangeWebhook>().SwitchAsync(Bank.Olivia, "payments", made.Id, on: false, default));
        return $"/teams/payments/webhooks/{made.Id}";
    }

    public async Task<string> DeliveryAsync()
    {
        var webhook = await WebhookAsync();
        Done(await Bank.Use<ReplayWebhook>().TestAsync(Bank.Olivia, "payments", Guid.Parse(webhook.Split('/')[^1]), default));
        return $"{webhook}/deliveries/{await Bank.Database.ScalarAsync<Guid>("select notification_id from webhook_delivery")}";
    }

    /// <summary>A team has ten at most.</summary>
    public async Task<T> NoWebhooksAsync<T>(T call)
    {
        await Bank.Database.ExecuteAsync("delete from webhook");
        return call;
    }

    public static string Document(string title) =>
        """
        {"openapi":"3.0.3","info":{"title":"TITLE","version":"1"},
         "paths":{"/cards":{"get":{"operationId":"listCards","responses":{"200":{"description":"."}}}}}}
        """.Replace("TITLE", title, StringComparison.Ordinal);

    private async Task PublishAsync(string version, bool asDraft) => Done(await Bank.Use<PublishSpec>().ExecuteAsync(
        Bank.Olivia, new("cards", version, Encoding.UTF8.GetBytes(Document("Cards")), AsDraft: asDraft), default));

    internal static T Done<T>(Outcome<T> outcome) =>
        outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
}
