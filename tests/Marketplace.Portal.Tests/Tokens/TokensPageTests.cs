namespace Marketplace.Portal.Tests.Tokens;

/// <summary>What one application of team channels was issued and refused, as an auditor, its team and others see it.</summary>
public sealed class TokensPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        var now = shared.App.Bank.Clock.GetUtcNow();
        await shared.App.Bank.Database.ExecuteAsync("delete from token_usage");
        await CountAsync(now, "urn:marketplace:payments:v1:production", "", "", 30);
        await CountAsync(now.AddMinutes(-5), "", "invalid_client", "The client is unknown.", 10);
        await CountAsync(now.AddMinutes(-70), "urn:marketplace:payments:v1:production", "", "", 500);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Issuing_and_refusing_are_plotted_over_time_and_tabled_for_those_who_cannot_see_it()
    {
        var app = shared.App;
        var auditor = await app.BrowserOfAsync(app.Bank.Auditor);

        var hour = await auditor.PageAsync("/tokens");

        Assert.Equal("30 issued, 10 refused", hour.QuerySelector("#over-time")!.TextContent);
        var issued = hour.QuerySelectorAll("rect.usage-issued").Select(bar => bar.GetAttribute("height")!).ToList();
        Assert.Equal(60, issued.Count);
        Assert.Equal("160", issued[^1]);
        Assert.Equal("53.33", hour.QuerySelectorAll("rect.usage-refused").Select(bar => bar.GetAttribute("height")!).ToList()[^6]);
        Assert.Equal("30 issued and 10 refused; at most 30 in a minute.", hour.GetElementById("usage-plot-title")!.TextContent);
        Assert.Equal("30 0", string.Join(' ', hour.QuerySelectorAll("details tbody tr")[0].QuerySelectorAll("td").Select(cell => cell.TextContent)));
        Assert.Equal("invalid_client", hour.QuerySelector("[aria-labelledby=refusals] th code")!.TextContent);
        Assert.Equal("Active", hour.QuerySelector("[aria-labelledby=keys] .tag")!.TextContent);

        var day = await auditor.PageAsync("/tokens?over=day");
        Assert.Equal("530 issued, 10 refused", day.QuerySelector("#over-time")!.TextContent);
    }

    [Fact]
    public async Task A_team_sees_its_own_applications_alone()
    {
        var app = shared.App;
        Assert.Equal("30 issued, 10 refused", (await (await app.BrowserOfAsync(app.Bank.Dirk)).PageAsync("/tokens")).QuerySelector("#over-time")!.TextContent);
        Assert.Equal("0 issued, 0 refused", (await (await app.BrowserOfAsync(app.Bank.Stranger)).PageAsync("/tokens")).QuerySelector("#over-time")!.TextContent);
    }

    private Task<int> CountAsync(DateTimeOffset at, string audience, string reason, string detail, int count) =>
        shared.App.Bank.Database.ExecuteAsync(
            $"""
            insert into token_usage (minute, application_id, audience, reason, detail, count)
            select date_trunc('minute', '{at:O}'::timestamptz), id, '{audience}', '{reason}', '{detail}', {count} from application where client_id = '{shared.App.Bank.App.ClientId}'
            """);
}
