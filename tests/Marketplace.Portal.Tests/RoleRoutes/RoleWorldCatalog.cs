using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>APIs and what is in them, rules, keys and webhooks.</summary>
public sealed partial class RoleWorld
{
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
}
