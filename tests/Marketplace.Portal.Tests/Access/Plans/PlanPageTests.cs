using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Access.Plans;

public sealed class PlanPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Line = "/apis/payments/v1";

    [Fact]
    public async Task An_owner_offers_plans_a_consumer_compares_and_chooses_one_and_sees_what_is_used()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var (olivia, dirk) = (await app.BrowserOfAsync(app.Bank.Olivia), await app.BrowserOfAsync(app.Bank.Dirk));
        Assert.Contains("Nothing limits its callers", (await dirk.PageAsync(Line + "/plans")).QuerySelector(".empty-state")!.TextContent, StringComparison.Ordinal);

        var bad = await olivia.PostAsync(Line + "/plans", Line + "/write-plan", ("title", "Small"), ("rate", "many"), ("per", "1"), ("environments", "production"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        var again = await BankBrowser.DocumentAsync(bad);
        Assert.Equal("many", again.QuerySelector("#field-rate")!.GetAttribute("value"));
        Assert.Contains("The rate is 1 to 1,000,000,000 calls", again.QuerySelector("#field-rate-problem")!.TextContent, StringComparison.Ordinal);

        await OfferAsync(("title", "Small"), ("rate", "10"), ("per", "60"), ("quota", "1,000"), ("window", "month"), ("maximumDays", "30"), ("isDefault", "true"));
        await OfferAsync(("title", "Large"), ("rate", "500"), ("per", "1"), ("burst", "1000"), ("description", "Ask the team first."));
        var plans = await dirk.PageAsync(Line + "/plans");
        Assert.Equal(["10 calls a minute", "500 calls a second"], plans.QuerySelectorAll(".plan-rate").Select(p => p.TextContent.Trim()));
        Assert.Null(plans.QuerySelector("main form[action*=plans]"));

        var form = await dirk.PageAsync(Line + "/request?operation=getPayment&plan=large&environment=production");
        Assert.Equal("large", form.QuerySelector("#field-plan option[selected]")!.GetAttribute("value"));
        var asked = await dirk.PostAsync(
            Line + "/request", Line + "/request", ("operations", "getPayment"), ("application", app.Bank.App.ClientId), ("environment", "production"), ("plan", "large"),
            ("justification", "The app shows payments."), ("until", app.Bank.Clock.GetUtcNow().AddDays(60).ToString("yyyy-MM-dd")), ("send", "true"));
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        Assert.Contains("Large: 500 calls a second, at most 1,000 at once.", (await dirk.PageAsync(asked.Headers.Location!.OriginalString)).QuerySelector("dl.facts")!.TextContent, StringComparison.Ordinal);
        var late = await dirk.PostAsync(
            Line + "/request", Line + "/request", ("operations", "listPayments"), ("application", app.Bank.App.ClientId), ("environment", "production"), ("plan", "small"),
            ("justification", "The app shows payments."), ("until", app.Bank.Clock.GetUtcNow().AddDays(60).ToString("yyyy-MM-dd")), ("send", "true"));
        Assert.Contains("access to Payments lasts at most 30 days", (await BankBrowser.DocumentAsync(late)).QuerySelector("#field-until-problem")!.TextContent, StringComparison.Ordinal);

        await app.Bank.GrantAsync("listPayments");
        await app.Bank.Database.ExecuteAsync(
            """
            insert into quota_use select application_id, api_version_id, environment, plan_limits_id, granted_at + interval '20 days', 800, granted_at, granted_at, null
            from access_grant where plan_limits_id is not null
            """);
        var application = await dirk.PageAsync($"/applications/{app.Bank.App.ClientId}");
        Assert.Equal("80 % of this month’s quota used (800 of 1,000)", application.QuerySelector(".plan-use .quota")!.TextContent.Trim());
        var grant = (await app.Bank.GrantsAsync())[0];
        Assert.Contains("80 %", (await olivia.PageAsync($"/grants/{grant.Id}")).QuerySelector("dl.facts .quota")!.TextContent, StringComparison.Ordinal);

        var rest = await app.ProgramOfAsync(app.Bank.Dirk);
        var use = (await rest.GetFromJsonAsync<PageBody<PlanUseBody>>($"/api/v1/applications/{app.Bank.App.ClientId}/plans"))!.Items.Single();
        Assert.Equal((800L, 1000L, "small"), (use.Calls, use.Plan.Limits.Quota!.Value, use.Plan.Name));
        Assert.Equal(new PlanLimitsBody(10, 60, 10, 1000, "month", 30), (await rest.GetFromJsonAsync<GrantBody>($"/api/v1/grants/{grant.Id}"))!.Plan!.Limits);

        async Task OfferAsync(params (string, string)[] fields)
        {
            var offered = await olivia.PostAsync(Line + "/plans", Line + "/write-plan", [.. fields, ("environments", "sandbox"), ("environments", "production")]);
            Assert.Equal((HttpStatusCode.SeeOther, Line + "/plans"), (offered.StatusCode, offered.Headers.Location!.OriginalString));
        }
    }
}
