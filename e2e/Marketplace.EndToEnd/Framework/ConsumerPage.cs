using Marketplace.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Framework;

/// <summary>The sample consumer's page: a service that calls with the credentials that its developer pastes.</summary>
internal sealed class ConsumerPage(IPage page)
{
    public async Task ConnectAsync(string clientId, string secret)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("Client id").FillAsync(clientId);
        await page.GetByLabel("Client secret").FillAsync(secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "List payments" }).ClickAsync();
        await Expect(page.Locator("#answer")).ToContainTextAsync("List payments");
    }

    public async Task ExpectAsync(string call, bool viaGateway, int status, string? reason = null)
    {
        await CallAsync(call, viaGateway);
        await Expect(page.Locator(".status")).ToContainTextAsync($"{status} ");
        if (reason is not null)
            await Expect(page.Locator(".reason")).ToHaveTextAsync(reason);
    }

    /// <summary>Calls again until it is refused for this reason, or the time is over.</summary>
    public async Task ExpectSoonAsync(string call, bool viaGateway, int status, string reason, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await CallAsync(call, viaGateway);
            if (await page.Locator(".reason").CountAsync() > 0 || TimeProvider.System.GetElapsedTime(began) > Busy.Allow(within))
                break;
            await Task.Delay(100);
        }

        await Expect(page.Locator(".status")).ToContainTextAsync($"{status} ");
        await Expect(page.Locator(".reason")).ToHaveTextAsync(reason);
    }

    private async Task CallAsync(string call, bool viaGateway)
    {
        // The same call again gets an answer that may look the same: each tells when it came.
        var last = await AnsweredAt.GetAttributeAsync("datetime") ?? "";
        await page.GetByLabel(viaGateway ? "Through the gateway" : "Direct,").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = call }).ClickAsync();
        await Expect(AnsweredAt).Not.ToHaveAttributeAsync("datetime", last);
        await Expect(page.Locator("#answer")).ToContainTextAsync(call);
    }

    private ILocator AnsweredAt => page.Locator(".answer time");
}
