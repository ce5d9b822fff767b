using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Data;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Plans;

public sealed class PlanTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly LimitsInput Ten = new(Rate: 10, Per: 1, Burst: 20, Quota: 100, Window: PlanWindow.Month, MaximumDays: 90);
    private Bank bank = null!;

    public async ValueTask InitializeAsync() => bank = await Bank.OpenAsync(postgres);

    public ValueTask DisposeAsync() => bank.DisposeAsync();

    [Fact]
    public async Task Owners_write_plans_everybody_who_sees_the_api_reads_them_and_each_change_tells_before_and_after()
    {
        var standard = Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Standard", isDefault: true), default));
        var gold = Done(await bank.Use<WritePlan>().AddAsync(bank.Oscar, "payments", Input("Gold & more"), default));
        Assert.Equal(("standard", "gold-more"), (standard, gold));
        foreach (var other in new[] { bank.Dirk, bank.Stranger, bank.Admin, bank.SecurityOfficer, bank.Auditor })
        {
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<WritePlan>().AddAsync(other, "payments", Input("Mine"), default)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<WritePlan>().ChangeAsync(other, "payments", gold, Input("Mine"), null, default)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<WritePlan>().ArchiveAsync(other, "payments", gold, true, default)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<ApplyPlan>().ExecuteAsync(other, "payments", gold, 0, default)).Problems).Code);
        }

        // There is one default, and an archived plan is none.
        Assert.Equal(1, Done(await bank.Use<WritePlan>().ChangeAsync(bank.Olivia, "payments", gold, Input("Gold", isDefault: true), 1, default)));
        Assert.Equal(["gold-more"], (await PlansAsync()).Where(p => p.IsDefault).Select(p => p.Name));
        Done(await bank.Use<WritePlan>().ArchiveAsync(bank.Olivia, "payments", gold, true, default));
        Assert.Equal(["standard True", "gold-more False"], (await PlansAsync()).Select(p => $"{p.Name} {p.IsOffered}"));
        Assert.DoesNotContain(await PlansAsync(), p => p.IsDefault);

        Assert.Equal(
            "plan.added,plan.added,plan.changed,plan.archived",
            await bank.Database.ScalarAsync<string>("select string_agg(action, ',' order by sequence) from audit_event where subject_kind = 'plan'"));
        Assert.Equal(
            "Gold & more > Gold",
            await bank.Database.ScalarAsync<string>("select (d->'before'->>'title') || ' > ' || (d->'after'->>'title') from (select content::jsonb->'details' as d from audit_event where action = 'plan.changed') e"));
    }

    [Fact]
    public async Task Other_limits_are_another_revision_and_grants_that_stand_keep_theirs_until_the_owner_applies_it_to_all()
    {
        var name = Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Standard"), default));
        await bank.GrantAsync("listPayments", "getPayment");
        await CarryAsync();
        Assert.Equal((1, 2, 0), Facts(Assert.Single(await PlansAsync())));

        // Words alone are no revision; what somebody else changed meanwhile is a conflict.
        Assert.Equal(1, Done(await bank.Use<WritePlan>().ChangeAsync(bank.Olivia, "payments", name, Input("Standard") with { Description = "For most." }, 1, default)));
        Assert.Equal(2, Done(await bank.Use<WritePlan>().ChangeAsync(bank.Olivia, "payments", name, Input("Standard", Ten with { Rate = 5 }), 1, default)));
        Assert.Equal(Problem.Conflict, Assert.Single((await bank.Use<WritePlan>().ChangeAsync(bank.Olivia, "payments", name, Input("Standard"), 1, default)).Problems).Code);
        Assert.Equal((2, 2, 2), Facts(Assert.Single(await PlansAsync())));
        Assert.Equal(10, await RateAsync());

        Assert.Equal(Problem.Conflict, Assert.Single((await bank.Use<ApplyPlan>().ExecuteAsync(bank.Olivia, "payments", name, 1, default)).Problems).Code);
        Assert.Equal(new AppliedPlan(2, 2, 1), Done(await bank.Use<ApplyPlan>().ExecuteAsync(bank.Olivia, "payments", name, 2, default)));
        Assert.Equal((2, 2, 0), Facts(Assert.Single(await PlansAsync())));
        Assert.Equal(5, await RateAsync());
        Assert.Equal("nothing_to_apply", Assert.Single((await bank.Use<ApplyPlan>().ExecuteAsync(bank.Olivia, "payments", name, 0, default)).Problems).Code);
        Assert.Equal("limits production", await bank.Database.ScalarAsync<string>("select kind || ' ' || environment from policy_change order by revision desc limit 1"));
        Assert.Equal(2L, await bank.Database.ScalarAsync<long>("select count(*) from inbox_entry e join notification n on n.id = e.notification_id where n.kind = 'plan_changed'"));

        Task<long> RateAsync() => bank.Database.ScalarAsync<long>("select distinct l.rate from access_grant g join plan_limits l on l.id = g.plan_limits_id");
    }

    public static TheoryData<string, PlanInput> Bad => new()
    {
        { "title_length", Input(" ") },
        { "environments_unknown", Input("A") with { Environments = [] } },
        { "environments_unknown", Input("A") with { Environments = ["moon"] } },
        { "tag_unknown", Input("A") with { Tags = ["nothing"] } },
        { "rate_invalid", Input("A", Ten with { Rate = 0 }) },
        { "per_invalid", Input("A", Ten with { Per = 30 }) },
        { "burst_invalid", Input("A", Ten with { Burst = -1 }) },
        { "burst_without_rate", Input("A", new(Burst: 5)) },
        { "quota_invalid", Input("A", Ten with { Quota = long.MaxValue }) },
        { "window_invalid", Input("A", Ten with { Window = "week" }) },
        { "maximum_days_invalid", Input("A", Ten with { MaximumDays = 367 }) },
    };

    [Fact]
    public async Task What_cannot_be_enforced_is_refused_with_its_field()
    {
        foreach (var row in Bad)
        {
            var (code, input) = row.Data;
            Assert.Contains(code, (await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", input, default)).Problems.Where(p => p.Field is not null).Select(p => p.Code));
        }

        Assert.Empty(await PlansAsync());
        Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("A", new()), default));
        Assert.Equal("title_taken", Assert.Single((await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("A"), default)).Problems).Code);
    }

    [Fact]
    public async Task A_quota_is_counted_over_all_reports_told_at_four_fifths_and_at_its_end_told_to_data_planes_once()
    {
        Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Standard"), default));
        await bank.GrantAsync("listPayments", "getPayment");
        await CarryAsync();
        await CallAsync(0, 40);
        await CallAsync(2, 39);
        await CallAsync(1, 1000);
        await CountAsync();
        Assert.Equal((79, 0, 0), await UseAsync());

        await CallAsync(2, 1);
        await CountAsync();
        Assert.Equal((80, 1, 0), await UseAsync());
        var revision = await RevisionAsync();
        await CallAsync(0, 25);
        await CountAsync();
        await CountAsync();
        Assert.Equal((105, 1, 1), await UseAsync());
        Assert.Equal(revision + 1, await RevisionAsync());
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'quota.spent'"));
        Assert.Equal(
            "Mobile app has used 80 % of this month's calls of Payments v1,Mobile app has used up this month's calls of Payments v1",
            await bank.Database.ScalarAsync<string>("select string_agg(subject, ',' order by subject) from notification where kind = 'quota'"));

        // The next month begins with nothing.
        bank.Clock.Advance(TimeSpan.FromDays(27));
        await CallAsync(0, 1);
        await CountAsync();
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>($"select calls from quota_use where until > timestamptz '{bank.Clock.GetUtcNow():O}'"));

        async Task CountAsync()
        {
            while (await bank.Use<CountQuotas>().StepAsync(default))
            {
            }
        }

        Task<long> RevisionAsync() => bank.Database.ScalarAsync<long>("select revision from policy_head");
    }

    [Fact]
    public async Task A_request_gets_the_plan_that_it_names_else_the_default_and_its_grants_carry_the_limits_that_were_asked_for()
    {
        var usual = Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Usual", isDefault: true), default));
        Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Sandbox") with { Environments = ["sandbox"] }, default));
        var large = Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Large", Ten with { Rate = 99, MaximumDays = null }), default));

        var named = Done(await AskAsync(large, 200, "listPayments"));
        var other = Done(await AskAsync(null, 90, "getPayment"));
        // What the owner changes now is not what was asked for.
        Done(await bank.Use<WritePlan>().ChangeAsync(bank.Olivia, "payments", usual, Input("Usual", Ten with { Rate = 1 }, isDefault: true), null, default));
        foreach (var (number, operation) in new[] { (named, "listPayments"), (other, "getPayment") })
            Done(await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new(operation, true, null)], default));

        var grants = await bank.GrantsAsync();
        Assert.Equal(["getPayment Usual 1 10", "listPayments Large 1 99"], grants.Select(g => $"{g.Operation} {g.Plan!.Title} {g.Plan.Revision} {g.Plan.Rate}").Order(StringComparer.Ordinal));
        var asked = await bank.Use<AccessRequestReader>().FindAsync(bank.Olivia, named, default);
        Assert.Equal("99 calls a second, at most 20 at once; 100 calls a month.", Assert.Single(asked!.Items).Plan!.Sentence);
        var uses = (await bank.Use<PlanUseReader>().ListAsync(bank.Dirk, bank.App.ClientId, null, null, null, new PageRequest(), default)).Items;
        Assert.Equal(["Large True", "Usual False"], uses.Select(use => $"{use.PlanTitle} {use.IsNewest}").Order(StringComparer.Ordinal));

        Assert.Equal("until", (await AskAsync(null, 91, "createPayment")).Problems.Single(p => p.Code == "until_beyond_plan").Field);
        Assert.Equal("plan", (await AskAsync("sandbox", 30, "createPayment")).Problems.Single(p => p.Code == "plan_unknown").Field);

        Task<Outcome<long>> AskAsync(string? plan, int days, params string[] operations) => bank.Use<SubmitAccessRequest>().ExecuteAsync(
            bank.Dirk, new(bank.App.ClientId, "production", [new("payments", "v1", operations) { Plan = plan }], "The app shows payments.", bank.Clock.GetUtcNow().AddDays(days)), default);
    }

    private async Task<(long Calls, long Warned, long Spent)> UseAsync() => (
        await bank.Database.ScalarAsync<long>("select max(calls) from quota_use"),
        await bank.Database.ScalarAsync<long>("select count(warned_at) from quota_use"),
        await bank.Database.ScalarAsync<long>("select count(spent_at) from quota_use"));

    /// <summary>As a data plane reports them.</summary>
    private async Task CallAsync(int operation, int count)
    {
        var now = bank.Clock.GetUtcNow();
        await bank.Database.ExecuteAsync(
            $"""
            with series as (
              insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
              values ('{bank.Payments.Id}', 'production', '{bank.App.ClientId}', {operation}, 'allowed', '')
              on conflict (api_version_id, environment, client_id, operation, decision, reason) do update set reason = '' returning id
            )
            insert into call_usage (span, series_id, start, count, errors)
            select span, id, to_timestamp(floor({now.ToUnixTimeSeconds()} / span) * span), {count}, 0 from series, unnest(array[60, 3600, 86400]) as span
            on conflict (series_id, span, start) do update set count = call_usage.count + excluded.count
            """);
    }

    private Task<int> CarryAsync() => bank.Database.ExecuteAsync("update access_grant set plan_limits_id = (select max(id) from plan_limits)");

    private async Task<IReadOnlyList<PlanRow>> PlansAsync() => (await bank.Use<PlanReader>().ListAsync(bank.Dirk, "payments", default))!;

    private static (int, int, int) Facts(PlanRow plan) => (plan.Revision, plan.Grants, plan.Outdated);

    [Fact]
    public async Task A_plan_that_not_everybody_gets_is_given_by_no_rule_alone()
    {
        Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Standard", isDefault: true), default));
        var partner = Done(await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", Input("Partner", Ten with { Rate = 1000 }), default));
        await bank.Database.ExecuteAsync("update approval_policy set text = 'otherwise then automatic' where number = 2");
        LineEndpoints Line(string operation, string? plan) => new("payments", "v1", [operation]) { Plan = plan };

        Done(await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment") with { Lines = [Line("getPayment", null)] }, default));
        var asked = Done(await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("listPayments") with { Lines = [Line("listPayments", partner)] }, default));

        Assert.Equal("getPayment", Assert.Single(await bank.GrantsAsync()).Operation);
        Assert.Equal("owner", await bank.Database.ScalarAsync<string>($"select a.role from approval a join access_request_item i on i.id = a.item_id join access_request r on r.id = i.access_request_id where r.number = {asked}"));
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, asked, [new("listPayments", true, null)], default)).Succeeded);
        Assert.Equal(2, (await bank.GrantsAsync()).Count);
    }

    private static PlanInput Input(string title, LimitsInput? limits = null, bool isDefault = false) => new(title, "", ["sandbox", "production"], [], isDefault, limits ?? Ten);

    private static T Done<T>(Outcome<T> outcome) => outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
}
