using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Journeys;

/// <summary>From an endpoint's page to a real answer of the real sandbox, as an application of one's team; and to the request where no grant stands.</summary>
[Collection(StackCollection.Name)]
public sealed class TryIt(Stack stack)
{
    [Fact]
    public async Task An_endpoint_is_called_in_the_sandbox_and_another_is_refused_with_the_way_to_its_request()
    {
        await using var sandbox = await StartSandboxAsync();
        var daan = await stack.SignInAsync("daan");
        await daan.GotoAsync("/apis/payments/v1");
        await daan.GetByRole(AriaRole.Link, new() { Name = "How to call GET /payments", Exact = true }).ClickAsync();
        await daan.GetByRole(AriaRole.Link, new() { Name = "Try it in the sandbox" }).ClickAsync();

        await daan.GetByRole(AriaRole.Button, new() { Name = "Get a sandbox token" }).ClickAsync();
        await Expect(daan.GetByRole(AriaRole.Status)).ToContainTextAsync("The token of Mobile app backend is filled in below");
        await Expect(Row(daan, "GET", "/payments")).ToContainTextAsync("May call");

        var listed = await CallAsync(daan, "get /payments");
        Assert.Equal(200, listed.Status);
        Assert.Contains("p-1001", await listed.TextAsync(), StringComparison.Ordinal);
        await Expect(daan.GetByRole(AriaRole.Dialog)).ToContainTextAsync("200 OK");
        await Expect(daan.GetByRole(AriaRole.Dialog)).ToContainTextAsync("p-1001");
        await daan.Keyboard.PressAsync("Escape");

        var refused = await CallAsync(daan, "post /payments");
        Assert.Equal(403, refused.Status);
        Assert.Contains("/apis/payments/v1/request?operation=initiatePayment&environment=sandbox", System.Text.RegularExpressions.Regex.Unescape(await refused.TextAsync()), StringComparison.Ordinal);
        await Expect(daan.GetByRole(AriaRole.Dialog)).ToContainTextAsync("403 Forbidden");
        await daan.Keyboard.PressAsync("Escape");

        await Expect(Row(daan, "POST", "/payments")).ToContainTextAsync("Not granted");
        await daan.GetByRole(AriaRole.Link, new() { Name = "Request POST /payments for Mobile app backend", Exact = true }).ClickAsync();
        await Expect(daan.Locator("input[name=operations]")).ToHaveValueAsync("initiatePayment");
        await Expect(daan.GetByLabel("Application", new() { Exact = true })).ToHaveValueAsync(stack.Secret("consumer.id"));
        await Expect(daan.GetByLabel("Environment", new() { Exact = true })).ToHaveValueAsync("sandbox");
        await daan.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_script_the_token_is_shown_to_be_called_with_and_nothing_else_is_promised()
    {
        var daan = await stack.SignInAsync("daan", javaScript: false);
        await daan.GotoAsync("/apis/payments/v1/document");
        await daan.GetByRole(AriaRole.Button, new() { Name = "Get a sandbox token" }).ClickAsync();
        await Expect(daan.GetByText("filled in below")).ToBeHiddenAsync();
        await Expect(daan.Locator("figure.code").Filter(new() { HasText = "Sandbox token" }).Locator("code")).ToContainTextAsync("eyJ");
        await daan.Context.CloseAsync();
    }

    /// <summary>Where the demo's document says that it is.</summary>
    private Task<Sample> StartSandboxAsync() => Sample.StartAsync("provider", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Marketplace:Url"] = stack.Url.ToString().TrimEnd('/'),
        ["Marketplace:Environment"] = "sandbox",
        ["Marketplace:ClientId"] = stack.Secret("data-plane.id"),
        ["Marketplace:ClientSecret"] = stack.Secret("data-plane.secret"),
    }, port: stack.Url.Port + 5);

    private static ILocator Row(IPage page, string method, string path) =>
        page.Locator(".try-list li").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = $"{method} {path}", Exact = true }) });

    private static async Task<IResponse> CallAsync(IPage page, string what)
    {
        await page.Locator("#document").GetByRole(AriaRole.Button, new() { Name = $"Test Request ({what})" }).First.ClickAsync();
        return await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync(),
            answer => answer.Url.Contains("/relay/", StringComparison.Ordinal));
    }
}
