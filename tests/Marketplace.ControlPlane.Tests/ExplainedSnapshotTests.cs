using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Explain;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Between the database and a decision stands the policy that data planes pull: the explanation reads the former and must say what the latter does.</summary>
public sealed class ExplainedSnapshotTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] Clients = ["app_stands", "app_held", "app_briefly", "app_ended", "app_ends", "app_stopped", "app_spent", "app_never"];

    [Fact]
    public async Task The_explanation_says_what_the_policy_of_the_moment_did_now_and_afterwards()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await using var server = await PlaneServer.StartAsync(bank);
        using var tokens = server.TokensOf(service, bank.Clock);
        foreach (var client in Clients)
            await GrantAsync(bank, client);
        List<(DateTimeOffset At, PolicySnapshot Policy)> moments = [];

        await LookAsync();
        await ChangeAsync(bank);
        await LookAsync();
        bank.Clock.Advance(TimeSpan.FromSeconds(30));
        // The short suspension and the early end are over by themselves.
        await LookAsync();
        await ChangeBackAsync(bank);
        await LookAsync();

        var said = new HashSet<bool>();
        var suspended = 0;
        foreach (var (at, policy) in moments)
        {
            var (grants, suspensions) = (new GrantIndex(policy.Grants, policy.Plans), new SuspensionIndex(policy.Suspended));
            foreach (var client in Clients)
            {
                foreach (var operation in policy.Operations)
                {
                    var covered = grants.Covers(client, operation.Index, at.ToUnixTimeSeconds()) && policy.Spent?.Any(spent => spent.ClientId == client) != true;
                    CallQuestion question = new(client, "payments", "v1", "production", null, null) { Operation = operation.Key, At = at };
                    var answer = (await bank.Use<ExplainCall>().ExecuteAsync(bank.Dirk, question, default)).Value!.Answer!;
                    Assert.True(covered == answer.Allowed, $"{client} {operation.Key} at {at:O}: the policy says {covered}, explained as {answer.Reason ?? "allowed"}: {answer.Sentence}");
                    var held = suspensions.Holds(client, operation.Index, at.ToUnixTimeSeconds());
                    Assert.True(held == (answer.Reason == ReasonCode.GrantSuspended), $"{client} {operation.Key} at {at:O}: suspended is {held}, explained as {answer.Reason ?? "allowed"}");
                    said.Add(covered);
                    suspended += held ? 1 : 0;
                }
            }
        }

        Assert.Equal(2, said.Count);
        // Two endpoints each: one application at the second look and the third, the one with a short suspension at the second.
        Assert.Equal(6, suspended);

        async Task LookAsync()
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(5));
            await server.SettleAsync(bank);
            moments.Add((bank.Clock.GetUtcNow(), await server.ReadAsync(await server.PullAsync(await tokens.GetTokenAsync(ControlAddress.Audience)))));
            // No change is at the very moment of a look.
            bank.Clock.Advance(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task GrantAsync(Bank bank, string client)
    {
        var made = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", client, ""), default)).Value!;
        await bank.Database.ExecuteAsync($"update application set client_id = '{client}' where client_id = '{made.ClientId}'");
        if (client == "app_never")
            return;
        string[] operations = ["listPayments", "getPayment"];
        var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input(operations) with { ClientId = client }, default)).Value;
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [.. operations.Select(o => new OperationDecision(o, true, null))], default)).Succeeded);
    }

    private static async Task ChangeAsync(Bank bank)
    {
        var now = bank.Clock.GetUtcNow();
        await bank.Database.ExecuteAsync(
            $"""
            with p as (insert into plan (id, api_id, name, title, description, environments, tags, is_default, revision, created_at)
              select gen_random_uuid(), id, 'standard', 'Standard', '', array['production'], array[]::text[], false, 1, now() from api where name = 'payments' returning id),
            l as (insert into plan_limits (plan_id, revision, rate, per, burst, quota, quota_window, made_at, made_by)
              select p.id, 1, 1000, 1, 2000, 1000000, 'month', now(), (select id from person limit 1) from p returning id)
            update access_grant set plan_limits_id = (select id from l) where application_id = (select id from application where client_id = 'app_spent');
            insert into quota_use (application_id, api_version_id, environment, plan_limits_id, until, calls, counted_at, spent_at)
            select distinct application_id, api_version_id, environment, plan_limits_id, '{now:O}'::timestamptz + interval '3 days', 1000000, '{now:O}'::timestamptz, '{now:O}'::timestamptz
            from access_grant where plan_limits_id is not null
            """);
        var (suspend, end) = (bank.Use<SuspendGrants>(), bank.Use<EndGrants>());
        Assert.True((await suspend.ExecuteAsync(bank.Olivia, new("app_held"), null, "Odd calls.", default)).Succeeded);
        Assert.True((await suspend.ExecuteAsync(bank.Olivia, new("app_briefly"), now.AddSeconds(20), "Odd calls.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(bank.Olivia, new("app_ended"), null, "Misused.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(bank.Olivia, new("app_ends"), now.AddSeconds(20), "Not needed.", default)).Succeeded);
        Assert.True((await bank.Use<DisableApplication>().ExecuteAsync(bank.SecurityOfficer, "app_stopped", true, "Incident.", default)).Succeeded);
    }

    private static async Task ChangeBackAsync(Bank bank)
    {
        Assert.True((await bank.Use<SuspendGrants>().ResumeAsync(bank.Olivia, new("app_held"), "Settled.", default)).Succeeded);
        Assert.True((await bank.Use<DisableApplication>().ExecuteAsync(bank.SecurityOfficer, "app_stopped", false, "Settled.", default)).Succeeded);
    }
}
