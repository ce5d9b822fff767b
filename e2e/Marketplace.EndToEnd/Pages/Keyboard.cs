using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Pages;

[Collection(StackCollection.Name)]
public sealed class Keyboard(Stack stack) : IAsyncLifetime
{
    private IPage _page = null!;

    public async ValueTask InitializeAsync() => _page = await stack.SignInAsync("daan");

    public async ValueTask DisposeAsync() => await _page.Context.CloseAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/catalog")]
    [InlineData("/applications")]
    public async Task The_first_stop_is_the_way_past_the_menu(string address)
    {
        await _page.GotoAsync(address);
        await _page.Keyboard.PressAsync("Tab");
        var skip = _page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        await Expect(skip).ToBeFocusedAsync();
        await Expect(skip).ToBeInViewportAsync();
        await _page.Keyboard.PressAsync("Enter");
        await Expect(_page.Locator("#main")).ToBeFocusedAsync();
        await _page.Keyboard.PressAsync("Tab");
        Assert.True(await _page.EvaluateAsync<bool>("document.activeElement.closest('main') !== null"));
    }

    [Theory]
    [InlineData("/catalog", "Search endpoints and APIs")]
    [InlineData("/me/access-tokens", "Search endpoints and APIs everywhere")]
    public async Task A_slash_goes_to_the_search_and_is_a_letter_inside_it(string address, string label)
    {
        await _page.GotoAsync(address);
        await _page.Keyboard.PressAsync("/");
        var search = _page.GetByLabel(label, new() { Exact = true });
        await Expect(search).ToBeFocusedAsync();
        await Expect(search).ToHaveValueAsync("");
        await _page.Keyboard.TypeAsync("/payments");
        await Expect(search).ToHaveValueAsync("/payments");
    }

    [Fact]
    public async Task The_palette_finds_chooses_opens_and_closes_by_keys_alone()
    {
        await _page.GotoAsync("/applications");
        await _page.Keyboard.PressAsync("/");
        var palette = _page.GetByRole(AriaRole.Combobox, new() { Name = "Search endpoints and APIs everywhere" });
        await palette.PressSequentiallyAsync("paymnts stat");
        var chosen = _page.Locator("#palette [role=option][aria-selected=true]");
        await Expect(chosen).ToContainTextAsync("/payments/{paymentId}/status");
        var best = await chosen.GetAttributeAsync("id");
        Assert.Equal(best, await palette.GetAttributeAsync("aria-activedescendant"));
        Assert.Empty(await Accessibility.ViolationsAsync(_page));
        await _page.Keyboard.PressAsync("ArrowDown");
        await Expect(chosen).Not.ToHaveIdAsync(best!);

        await _page.Keyboard.PressAsync("Escape");
        await Expect(palette).ToBeHiddenAsync();

        await _page.Keyboard.PressAsync("/");
        await palette.FillAsync("get /accounts/7");
        await Expect(chosen).ToContainTextAsync("/accounts/{iban}");
        await _page.Keyboard.PressAsync("Enter");
        await _page.ArrivesAtAsync(@"/apis/accounts/v1/endpoint\?operation=getAccount$");
    }

    [Fact]
    public async Task Results_and_address_follow_the_words_as_they_are_typed()
    {
        await _page.GotoAsync("/catalog");
        await _page.EvaluateAsync("globalThis.samePage = true");
        var search = _page.Locator("#main").GetByLabel("Search endpoints and APIs");
        await search.PressSequentiallyAsync("payments status");
        await _page.ArrivesAtAsync(@"/catalog\?q=payments%20status&in=endpoints$");
        await Expect(_page.Locator("#results")).ToContainTextAsync("/payments/{paymentId}/status");
        await Expect(_page.Locator("#results")).Not.ToContainTextAsync("/accounts");
        await Expect(search).ToBeFocusedAsync();

        await search.FillAsync("qwxzy vkqpj");
        await Expect(_page.Locator("#results")).ToContainTextAsync("Nothing matches");
        Assert.True(await _page.EvaluateAsync<bool>("globalThis.samePage === true"), "The whole page was loaded again.");

        await _page.GoBackAsync();
        await Expect(search).ToHaveValueAsync("payments status");
        await Expect(_page.Locator("#results")).ToContainTextAsync("/payments/{paymentId}/status");
    }
}
