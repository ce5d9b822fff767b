using System.Text.Json;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Testing;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Core.Tests.Notifications;

public sealed class WebhookTests(WebhookBank hooks) : IClassFixture<WebhookBank>
{
    private ManualTimeProvider Clock => hooks.Bank.Clock;

    [Fact]
    public async Task What_a_team_is_told_is_posted_and_other_peoples_library_verifies_it_under_both_secrets_while_one_follows_the_other()
    {
        // That library looks at the real clock.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow());
        var hook = await hooks.HookAsync();
        await hooks.TellAsync(hook, "Mobile app asks for 2 endpoints");
        await hooks.DeliverAsync();
        var rotated = (await hooks.Bank.Use<ChangeWebhook>().RotateAsync(hooks.Bank.Carla, hook.Team, hook.Id, default)).Value!.Secret;
        await hooks.TellAsync(hook, "Zoë asks", NotificationKind.VersionDeprecated, "/apis/payments/v1/changelog");
        await hooks.DeliverAsync();
        var (first, second) = (hooks.To(hook)[0], hooks.To(hook)[1]);

        var cases = new[]
        {
            (hook.Secret, first, first.Body), (rotated, first, first.Body), (hook.Secret, second, second.Body), (rotated, second, second.Body),
            (rotated, second, second.Body.Replace("Zoë", "Eve", StringComparison.Ordinal)),
        };
        var verified = JsonSerializer.Deserialize<JsonElement[]>((await NodeScript.RunAsync(
            "webhook-verify.mjs", [], null, JsonSerializer.Serialize(cases.Select(c => new { secret = c.Item1, headers = c.Item2.Headers, body = c.Item3 })))).Must())!;
        Assert.Equal([true, false, true, true, false], verified.Select(v => v.ValueKind == JsonValueKind.True));

        using var body = JsonDocument.Parse(second.Body);
        Assert.Equal("version.deprecated", body.RootElement.GetProperty("type").GetString());
        Assert.Equal("""{"subject":"Zoë asks","url":"https://marketplace.bank.example/apis/payments/v1/changelog","api":"payments","version":"v1"}""", body.RootElement.GetProperty("data").GetRawText());
        Assert.DoesNotContain("no program", first.Body + second.Body, StringComparison.Ordinal);
        var stored = await hooks.Bank.Database.ScalarAsync<byte[]>($"select secret from webhook where id = '{hook.Id}'");
        Assert.Equal(-1, stored.AsSpan().IndexOf(Convert.FromBase64String(rotated["whsec_".Length..])));

        Clock.Advance(ChangeWebhook.Overlap);
        await hooks.TellAsync(hook, "Later");
        await hooks.DeliverAsync();
        Assert.DoesNotContain(' ', hooks.To(hook)[2].Headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_failure_is_tried_again_under_the_same_id_and_shown_and_a_success_ends_it()
    {
        var hook = await hooks.HookAsync();
        hooks.Answers[hook.Team] = context => Fail(context, 500, "<b>Boom\u0000</b> and no more");
        await hooks.TellAsync(hook, "Once");
        await hooks.DeliverAsync();
        var row = await hooks.DeliveryAsync(hook);
        Assert.Equal((DeliveryState.Waiting, 1, 500, "<b>Boom </b> and no more"), (row.State, row.Attempts, row.Status, row.Answer));
        await hooks.DeliverAsync();
        Assert.Single(hooks.To(hook));

        hooks.Answers.Remove(hook.Team, out _);
        Clock.Advance(TimeSpan.FromSeconds(7));
        await hooks.DeliverAsync();
        Assert.Equal((DeliveryState.Delivered, 2, 200), ((await hooks.DeliveryAsync(hook)).State, (await hooks.DeliveryAsync(hook)).Attempts, (await hooks.DeliveryAsync(hook)).Status));
        Assert.Single(hooks.To(hook).Select(p => p.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.Single(hooks.To(hook).Select(p => p.Body).Distinct(StringComparer.Ordinal));
        Assert.Null((await hooks.RowAsync(hook)).FailingSince);
    }

    [Fact]
    public async Task What_takes_nothing_for_three_days_is_turned_off_its_owners_are_told_and_nothing_is_lost()
    {
        var hook = await hooks.HookAsync();
        hooks.Answers[hook.Team] = context => Fail(context, 500, "");
        await hooks.TellAsync(hook, "Patience");
        var began = Clock.GetUtcNow();
        for (var step = 0; (await hooks.RowAsync(hook)).DisabledAt is null && step < 400; step++)
        {
            await hooks.DeliverAsync();
            Clock.Advance(TimeSpan.FromMinutes(step < 60 ? 1 : 30));
        }

        Assert.InRange((Clock.GetUtcNow() - began).TotalHours, 72, 100);
        Assert.Equal((WebhookStop.Failing, 11), ((await hooks.RowAsync(hook)).DisabledWhy, hooks.To(hook).Count));
        var told = (await hooks.Bank.Use<InboxReader>().ListAsync(hooks.Bank.Carla, true, new(), default)).Items.Where(n => n.Link.Contains($"{hook.Id}", StringComparison.Ordinal)).ToList();
        Assert.Contains("was turned off", Assert.Single(told).Subject, StringComparison.Ordinal);

        hooks.Answers.Remove(hook.Team, out _);
        await hooks.TellAsync(hook, "Meanwhile");
        await hooks.DeliverAsync();
        Assert.Equal(11, hooks.To(hook).Count);
        Assert.True((await hooks.Bank.Use<ChangeWebhook>().SwitchAsync(hooks.Bank.Carla, hook.Team, hook.Id, true, default)).Succeeded);
        Assert.True((await hooks.Bank.Use<ReplayWebhook>().SinceAsync(hooks.Bank.Carla, hook.Team, hook.Id, began, default)).Succeeded);
        await hooks.DeliverAsync();
        // It is told of its own end, too.
        Assert.Equal(["Patience", "Meanwhile"], Subjects(hook).Skip(11).Where(s => !s.Contains("turned off", StringComparison.Ordinal)));
        Assert.Equal(0, (await hooks.RowAsync(hook)).Waiting);
    }

    [Fact]
    public async Task A_receiver_says_how_long_to_wait_and_that_it_is_gone()
    {
        var (busy, gone) = (await hooks.HookAsync(), await hooks.HookAsync());
        hooks.Answers[busy.Team] = context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return Fail(context, 429, "");
        };
        hooks.Answers[gone.Team] = context => Fail(context, 410, "");
        foreach (var subject in new[] { "One", "Two" })
        {
            await hooks.TellAsync(busy, subject);
            await hooks.TellAsync(gone, subject);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await hooks.DeliverAsync();
        Clock.Advance(TimeSpan.FromMinutes(59));
        await hooks.DeliverAsync();
        Assert.Equal((1, 1), (hooks.To(busy).Count, hooks.To(gone).Count));
        Assert.Equal(WebhookStop.Gone, (await hooks.RowAsync(gone)).DisabledWhy);
        hooks.Answers.Remove(busy.Team, out _);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await hooks.DeliverAsync();
        Assert.Equal(["One", "One", "Two"], Subjects(busy).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_does_not_answer_has_one_request_at_a_time_and_holds_up_nobody()
    {
        var (slow, quick) = (await hooks.HookAsync(), await hooks.HookAsync());
        using var release = new SemaphoreSlim(0);
        hooks.Answers[slow.Team] = _ => release.WaitAsync();
        for (var i = 0; i < 3; i++)
            await hooks.TellAsync(slow, $"Slow {i}");
        var dispatcher = hooks.Bank.Use<WebhookDispatcher>();
        var turn = dispatcher.TurnAsync(Assert.Single(await dispatcher.TakeAsync(8, default)), default);
        await Eventually.HoldsAsync(() => hooks.To(slow).Count == 1, TimeSpan.FromSeconds(10));

        await hooks.TellAsync(quick, "Quick");
        await hooks.DeliverAsync();
        Assert.Equal((1, 1), (hooks.To(quick).Count, hooks.To(slow).Count));
        release.Release(3);
        await turn;
        Assert.Equal(3, hooks.To(slow).Count);
    }

    [Fact]
    public async Task Nothing_is_posted_into_a_private_network_or_to_where_a_redirect_leads()
    {
        var (inside, astray, closed) = (await hooks.HookAsync("https://localhost:1/hook"), await hooks.HookAsync(), await hooks.HookAsync($"https://127.0.0.1:{LoopbackPort.Pick()}/"));
        hooks.Answers[astray.Team] = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        foreach (var hook in new[] { inside, astray, closed })
            await hooks.TellAsync(hook, "Secret enough");
        await hooks.DeliverAsync();
        Assert.Equal((null, "localhost is in a private network; an operator may allow it in MARKETPLACE_WEBHOOK_HOSTS."), ((await hooks.DeliveryAsync(inside)).Status, (await hooks.DeliveryAsync(inside)).Answer));
        Assert.Contains("private network", (await hooks.DeliveryAsync(closed)).Answer, StringComparison.Ordinal);
        Assert.Equal((302, DeliveryState.Waiting, 1), ((await hooks.DeliveryAsync(astray)).Status, (await hooks.DeliveryAsync(astray)).State, hooks.To(astray).Count));

        foreach (var (url, code) in new[] { ("http://receiver.example/", "url_insecure"), ("https://me:pw@receiver.example/", "url_invalid"), ("ftp://receiver.example", "url_invalid"), ("/hook", "url_invalid") })
            Assert.Equal(code, Assert.Single(WebhookUrl.Read(url, new FetchOptions()).Problems).Code);
        Assert.True(WebhookUrl.Read("http://receiver.bank.example:8080/hook", new FetchOptions { WebhookHosts = ["receiver.bank.example"] }).Succeeded);
    }

    [Fact]
    public async Task It_is_told_what_it_chose_and_of_the_APIs_that_it_follows_and_each_change_is_on_the_trail()
    {
        var hook = await hooks.HookAsync(null, "grant.revoked", "guide.published");
        var change = hooks.Bank.Use<ChangeWebhook>();
        var changed = await change.ChangeAsync(
            hooks.Bank.Carla, hook.Team, hook.Id, new(hooks.Server.Url.Replace("jwks.json", hook.Team, StringComparison.Ordinal), "Followed", ["guide.published"], ["payments"]), default);
        Assert.True(changed.Succeeded);
        await hooks.TellAsync(hook, "Not chosen");
        await using (var db = await hooks.Bank.OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Inbox.TellAsync(
                db, Clock.GetUtcNow(), hooks.Bank.Olivia, new(NotificationKind.GuidePublished, "A guide of payments", "", "/apis/payments/guides/first"), new() { SubscribersOfApis = [hooks.Bank.Payments.ApiId] }, default);
            await transaction.CommitAsync();
        }

        await hooks.DeliverAsync();
        Assert.Equal("A guide of payments", Assert.Single(Subjects(hook)));
        foreach (var stranger in new[] { hooks.Bank.Dirk, hooks.Bank.Admin })
            Assert.Equal(Problem.NotFound, Assert.Single((await change.RemoveAsync(stranger, hook.Team, hook.Id, default)).Problems).Code);
        Assert.True((await change.RemoveAsync(hooks.Bank.Carla, hook.Team, hook.Id, default)).Succeeded);
        var trail = await hooks.Bank.Database.ScalarAsync<string>(
            $"select string_agg(action, ' ' order by sequence) || ' ' || max(content::json -> 'details' -> 'before' ->> 'EventTypes') filter (where action = 'webhook.changed') from audit_event where content like '%{hook.Id}%'");
        Assert.Equal("""webhook.added webhook.changed webhook.removed ["grant.revoked","guide.published"]""", trail);
    }

    [Fact]
    public async Task Dying_before_it_is_written_that_it_was_taken_delivers_again_under_the_same_id()
    {
        var hook = await hooks.HookAsync();
        await hooks.TellAsync(hook, "Twice");
        await hooks.Bank.Database.ExecuteAsync(
            """
            create function die() returns trigger language plpgsql as $$ begin raise exception 'as if killed'; end $$;
            create trigger die before update on webhook_delivery for each row when (new.state = 'delivered') execute function die()
            """);
        await Assert.ThrowsAnyAsync<Exception>(hooks.DeliverAsync);
        await hooks.Bank.Database.ExecuteAsync("drop trigger die on webhook_delivery; drop function die");
        await hooks.DeliverAsync();
        Assert.Single(hooks.To(hook));
        Clock.Advance(TimeSpan.FromMinutes(3));
        await hooks.DeliverAsync();
        Assert.Equal(2, hooks.To(hook).Count);
        Assert.Single(hooks.To(hook).Select(p => p.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
    }

    private IEnumerable<string> Subjects(Hook hook) =>
        hooks.To(hook).Select(p => JsonDocument.Parse(p.Body).RootElement.GetProperty("data").GetProperty("subject").GetString()!);

    private static Task Fail(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }
}
