using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Journeys;

/// <summary>Shadow mode begun and ended by its owner, by keys alone and without JavaScript.</summary>
[Collection(StackCollection.Name)]
public sealed class ShadowSwitch(Stack stack)
{
    [Fact]
    public async Task By_keys_alone_and_without_script_a_line_is_opened_and_enforced_again()
    {
        await CalledBank.ReportOnceAsync(stack);
        var page = await stack.SignInAsync("olivia", javaScript: false);
        await BeginAsync(page, CalledBank.Api, "production");

        // Calls of this hour were let through that would be refused: nothing happens before that is confirmed.
        await OpenAsync(page, "Start enforcing");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("They may be refused")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start enforcing now" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "enforced" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    internal static async Task BeginAsync(IPage page, string api, string environment)
    {
        await page.GotoAsync($"/apis/{api}/v1/enforcement/shadow?environment={environment}");
        await OpenAsync(page, "Begin shadow mode");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("Enforced by itself after")).ToBeFocusedAsync();
        // A date is three fields to the keyboard, and a button for its calendar.
        var why = page.GetByLabel("Why", new() { Exact = true });
        for (var i = 0; i < 5 && !await why.EvaluateAsync<bool>("e => e === document.activeElement"); i++)
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("The till still calls without a token.");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Everything is let through until" })).ToBeVisibleAsync();
    }

    private static async Task OpenAsync(IPage page, string what)
    {
        await page.Locator("summary", new() { HasText = what }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
