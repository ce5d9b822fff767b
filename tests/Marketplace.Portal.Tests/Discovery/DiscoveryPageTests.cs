using System.Net;
using Marketplace.Core.Applications;

namespace Marketplace.Portal.Tests.Discovery;

/// <summary>Where a line runs, for its team; what was refused, for who reads everything.</summary>
[Collection(OneBankApp.Name)]
public sealed class DiscoveryPageTests(SharedBankApp shared)
{
    [Fact]
    public async Task A_team_sees_where_its_api_runs_and_an_administrator_what_was_refused()
    {
        var app = shared.App;
        var bank = app.Bank;
        var (olivia, admin) = (await app.BrowserOfAsync(bank.Olivia), await app.BrowserOfAsync(bank.Admin));
        Assert.Equal("Nobody has said where it runs", (await olivia.PageAsync("/apis/payments/v1/instances")).QuerySelector(".empty-state h2")!.TextContent);
        Assert.Equal("Nothing was refused", (await admin.PageAsync("/refusals")).QuerySelector(".empty-state h2")!.TextContent);

        // Of the API's own team: what others say they run is swept away.
        var service = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Olivia, new("payments", "Payments service", ""), default)).Value!;
        await bank.Database.ExecuteAsync(
            $"""
            insert into service_instance (api_version_id, environment, client_id, instance, url, zone, version, weight, share, state, lease_seconds, registered_at, renewed_at)
            select '{bank.Payments.Id}', 'production', '{service.ClientId}', name, 'http://10.1.2.3:8080', 'ams-1', version, 100, share, state, 300, now(), now()
            from (values ('pod-1', '2.4.1', null, 'ready'), ('pod-2', '2.5.0', 10, 'draining')) as i (name, version, share, state);
            insert into control_refusal values (current_date, 'registration', '{bank.App.ClientId}', 'not_the_owner', 1200, now(), 'Not <b>yours</b>.'),
              (current_date, 'policy', '', 'token_missing', 1, now() - interval '1 hour', 'Send a token.')
            """);
        var page = await olivia.PageAsync("/apis/payments/v1/instances?environment=production");
        Assert.Equal(["Ready", "Draining"], page.QuerySelectorAll("[data-label=State]").Select(s => s.TextContent.Trim()));
        Assert.Equal(["weight 100", "10 % with its version"], page.QuerySelectorAll("[data-label=Takes]").Select(s => s.TextContent));
        Assert.NotNull(page.QuerySelector("#instances[hx-get]"));
        Assert.Equal("Nobody has said where it runs", (await olivia.PageAsync("/apis/payments/v1/instances?environment=sandbox")).QuerySelector(".empty-state h2")!.TextContent);

        var refusals = await admin.PageAsync("/refusals");
        Assert.Equal(["1,200", "1"], refusals.QuerySelectorAll("[data-label=Times]").Select(s => s.TextContent));
        Assert.Contains("Not <b>yours</b>.", refusals.QuerySelector("[data-label=Reason]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await olivia.Client.GetAsync("/refusals")).StatusCode);
    }
}
