using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Explain;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Core.Tests.Access.Explain;

/// <summary>The API, the applications and the grants of the table of enforcement cases, as the database has them, and the issuer's key among the marketplace's.</summary>
public sealed class ExplainWorld : IAsyncLifetime
{
    public Bank Bank { get; private set; } = null!;

    public TestIssuer Issuer { get; private set; } = null!;

    public DateTimeOffset Now => Bank.Clock.GetUtcNow();

    public static CallQuestion Question(string method, string target) => new(EnforcementPolicy.Client, EnforcementPolicy.Api, EnforcementPolicy.Version, EnforcementPolicy.Environment, method, target);

    public async ValueTask InitializeAsync()
    {
        Bank = await Bank.OpenAsync(new PostgresFixture());
        Issuer = new("marketplace", Bank.Clock);
        await using (var db = await Bank.OpenAsync())
        {
            await Bank.Database.ExecuteAsync($"delete from operation; update api_version set base_path = '{EnforcementPolicy.BasePath}', next_bit_index = {EnforcementPolicy.Operations.Count}");
            db.AddRange(EnforcementPolicy.Operations.Select(o => new Operation
            {
                ApiVersionId = Bank.Payments.Id, Key = o.Key, OperationId = o.Key, BitIndex = o.Index, Method = o.Method, Path = o.Path,
                Summary = o.Key, Description = "", Tags = [], Deprecated = false, AddedIn = 1,
            }));
            db.Add(new SigningKey
            {
                Kid = Issuer.Key.Id, Algorithm = "ES256", State = SigningKeyState.Active, PublicJwk = Issuer.Key.PublicJwk.ToJsonString(), PrivateKey = [1], CreatedAt = Now,
            });
            await db.SaveChangesAsync();
        }

        string[] asked = [.. EnforcementPolicy.Granted];
        await ApplicationAsync(EnforcementPolicy.Client, [.. asked, EnforcementPolicy.Revoked]);
        foreach (var client in new[] { EnforcementPolicy.PastClient, EnforcementPolicy.PlannedClient, EnforcementPolicy.SpentClient, EnforcementPolicy.PausedClient, EnforcementPolicy.AgainClient })
            await ApplicationAsync(client, asked);
        var refunds = (await Bank.Use<GrantReader>().ListAsync(Bank.Olivia, new(EnforcementPolicy.Client), new(), default)).Items.Single(g => g.Operation == EnforcementPolicy.Revoked);
        Assert.True((await Bank.Use<EndGrants>().ExecuteAsync(Bank.Oscar, GrantScope.Of(refunds.Id), null, "Misused.", default)).Succeeded);
        GrantScope paused = new(EnforcementPolicy.PausedClient);
        Done(await Bank.Use<SuspendGrants>().ExecuteAsync(Bank.Oscar, paused, null, "Odd calls.", default));
        Done(await Bank.Use<SuspendGrants>().ResumeAsync(Bank.Oscar, GrantScope.Of((await GrantOfAsync(EnforcementPolicy.PausedClient, EnforcementPolicy.Spared)).Id), "Not that one.", default));
        Done(await Bank.Use<SuspendGrants>().ExecuteAsync(Bank.Oscar, new(EnforcementPolicy.AgainClient), Now.AddHours(1), "Odd calls.", default));
        await Bank.Database.ExecuteAsync(
            $"""
            update access_grant set suspended_at = suspended_at - interval '2 hours', suspended_until = suspended_until - interval '2 hours' where suspended_until is not null;
            update access_grant set valid_from = valid_from - interval '1 day';
            update access_grant set valid_until = '{Now:O}'::timestamptz - interval '1 hour' where application_id = (select id from application where client_id = '{EnforcementPolicy.PastClient}');
            with p as (insert into plan (id, api_id, name, title, description, environments, tags, is_default, revision, created_at)
              select gen_random_uuid(), id, 'standard', 'Standard', '', array['production'], array[]::text[], false, 1, now() from api where name = 'payments' returning id),
            l as (insert into plan_limits (plan_id, revision, rate, per, burst, quota, quota_window, made_at, made_by)
              select p.id, 1, 1000, 1, 2000, 1000000, 'month', now(), (select id from person limit 1) from p returning id)
            update access_grant set plan_limits_id = (select id from l)
            where application_id in (select id from application where client_id in ('{EnforcementPolicy.PlannedClient}', '{EnforcementPolicy.SpentClient}'));
            insert into quota_use (application_id, api_version_id, environment, plan_limits_id, until, calls, counted_at, spent_at)
            select distinct application_id, api_version_id, environment, plan_limits_id, '{Now:O}'::timestamptz + interval '3 days', 1000000, '{Now:O}'::timestamptz, '{Now:O}'::timestamptz
            from access_grant where application_id = (select id from application where client_id = '{EnforcementPolicy.SpentClient}')
            """);
    }

    public async Task ApplicationAsync(string client, params string[] operations)
    {
        var made = Done(await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", client, ""), default));
        await Bank.Database.ExecuteAsync($"update application set client_id = '{client}' where client_id = '{made.ClientId}'");
        await GrantAsync(client, operations);
    }

    public async Task GrantAsync(string client, params string[] operations)
    {
        var number = await AskAsync(client, operations);
        Done(await Bank.Use<DecideAccessRequest>().ExecuteAsync(Bank.Olivia, number, [.. operations.Select(o => new OperationDecision(o, true, null))], default));
    }

    public async Task<long> AskAsync(string client, params string[] operations) =>
        Done(await Bank.Use<SubmitAccessRequest>().ExecuteAsync(Bank.Dirk, Bank.Input(operations) with { ClientId = client }, default));

    public async Task<Explanation> AskAsync(CallQuestion question, Actor? actor = null) =>
        Done(await Bank.Use<ExplainCall>().ExecuteAsync(actor ?? Bank.Dirk, question, default)).Answer!;

    public async Task<Grant> GrantOfAsync(string client, string operation)
    {
        await using var db = await Bank.OpenAsync();
        return db.Grants.Where(g => g.Application!.ClientId == client && g.Operation!.Key == operation).OrderByDescending(g => g.GrantedAt).First();
    }

    public static T Done<T>(Outcome<T> outcome) => outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));

    public async ValueTask DisposeAsync()
    {
        Issuer.Dispose();
        await Bank.DisposeAsync();
    }
}
