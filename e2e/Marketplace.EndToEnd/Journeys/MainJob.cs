using Marketplace.EndToEnd.Framework;
using Marketplace.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Journeys;

/// <summary>
/// Publish, find, request, approve, call, be refused the third endpoint, lose one, be refused that too: by three people
/// in three browsers through pages alone, against the sample services in processes of their own.
/// </summary>
[Collection(StackCollection.Name)]
public sealed class MainJob(Stack stack)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_publishing_to_revoking_through_the_pages_alone(bool javaScript)
    {
        var api = javaScript ? "journey-with-script" : "journey-without";
        var olivia = await stack.SignInAsync("olivia", javaScript);
        var daan = await stack.SignInAsync("daan", javaScript);

        await PublishAsync(olivia, api);
        await using var service = await ServiceUnderPolicy.StartAsync(stack, api);
        var (clientId, secret) = await RegisterApplicationAsync(daan, $"Journey {javaScript}");
        var request = await RequestAsync(daan, api, clientId, "listPayments", "getPayment");
        await ApproveAsync(olivia, request);

        var consumer = new ConsumerPage(await Browser.NewPageAsync(service.Consumer.Url, javaScript));
        await consumer.ConnectAsync(clientId, secret);
        foreach (var viaGateway in new[] { false, true })
        {
            await consumer.ExpectSoonAsync("Cancel payment", viaGateway, 403, "operation_not_granted", within: TimeSpan.FromSeconds(5));
            await consumer.ExpectAsync("List payments", viaGateway, 200);
            await consumer.ExpectAsync("Read payment", viaGateway, 200);
        }

        await RevokeAsync(olivia, api, "/payments/{paymentId}");
        foreach (var viaGateway in new[] { false, true })
        {
            await consumer.ExpectSoonAsync("Read payment", viaGateway, 403, "grant_ended", within: TimeSpan.FromSeconds(5));
            await consumer.ExpectAsync("List payments", viaGateway, 200);
        }

        // Without JavaScript the page does not look again by itself.
        await Eventually.HoldsAsync(
            async () =>
            {
                await olivia.GotoAsync($"/apis/{api}/v1/enforcement?environment=production");
                return (await olivia.GetByRole(AriaRole.Row, new() { Name = "Access revoked" }).TextContentAsync())?.Contains("2 of 2", StringComparison.Ordinal) is true;
            },
            TimeSpan.FromSeconds(30));

        await daan.GotoAsync($"/applications/{clientId}");
        await daan.GetByRole(AriaRole.Link, new() { Name = "With what has ended" }).ClickAsync();
        await Expect(daan.GetByRole(AriaRole.Row, new() { Name = "/payments/{paymentId}" })).ToContainTextAsync("Revoked");
    }

    private static async Task PublishAsync(IPage page, string api)
    {
        await page.GotoAsync("/catalog");
        await page.GetByRole(AriaRole.Link, new() { Name = "Publish an API" }).First.ClickAsync();
        await page.GetByLabel("Upload a file", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(Repository.File("samples", "provider", "openapi.yaml"));
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync(api);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(api);
        await page.GetByLabel("Version", new() { Exact = true }).FillAsync("v1");
        await page.GetByLabel("Team", new() { Exact = true }).SelectOptionAsync("payments");
        await page.GetByLabel("Data classification", new() { Exact = true }).SelectOptionAsync("internal");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.ArrivesAtAsync($"/apis/{api}/v1");
        await Expect(page.GetByText("/payments/{paymentId}/status").First).ToBeVisibleAsync();
    }

    private static async Task<(string ClientId, string Secret)> RegisterApplicationAsync(IPage page, string name)
    {
        await page.GotoAsync("/applications/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Team", new() { Exact = true }).SelectOptionAsync("mobile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Expect(page.GetByText("Keep the secret now")).ToBeVisibleAsync();
        var id = await Code(page, "Client id").InnerTextAsync();
        var secret = await Code(page, "Client secret").InnerTextAsync();
        Assert.StartsWith("mkt_cs_", secret, StringComparison.Ordinal);

        await page.GotoAsync($"/applications/{id.Trim()}");
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        return (id.Trim(), secret.Trim());
    }

    private static async Task<string> RequestAsync(IPage page, string api, string clientId, params string[] operations)
    {
        await page.GotoAsync("/catalog");
        await page.Locator("#main").GetByLabel("Search endpoints and APIs").FillAsync(api);
        await page.Locator("#main").GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"{api} v1" }).First.ClickAsync();
        await page.ArrivesAtAsync($"/apis/{api}/v1");
        foreach (var operation in operations)
            await page.Locator($"#op-{operation}").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Request access to selected" }).ClickAsync();
        await page.GetByLabel("Application", new() { Exact = true }).SelectOptionAsync(clientId);
        await page.GetByLabel("Environment", new() { Exact = true }).SelectOptionAsync("production");
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("The app shows a customer's payments.");
        await page.GetByLabel("Until", new() { Exact = true }).FillAsync(TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the request" }).ClickAsync();
        await page.ArrivesAtAsync("/requests/[^/]+$");
        return new Uri(page.Url).AbsolutePath;
    }

    private static async Task ApproveAsync(IPage page, string request)
    {
        await page.GotoAsync("/inbox");
        await page.Locator($"a[href='{request}']").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve all 2" }).ClickAsync();
        await Expect(page.GetByText("Nobody: every endpoint is decided.")).ToBeVisibleAsync();
    }

    private static async Task RevokeAsync(IPage page, string api, string path)
    {
        await page.GotoAsync($"/apis/{api}/v1/grants");
        await page.GetByRole(AriaRole.Row, new() { Name = path }).GetByRole(AriaRole.Link).Last.ClickAsync();
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("The pilot is over.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke this grant" }).ClickAsync();
        await Expect(page.GetByText("The pilot is over.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Olivia Brandt").First).ToBeVisibleAsync();
    }

    private static ILocator Code(IPage page, string title) =>
        page.Locator("figure.code").Filter(new() { Has = page.Locator("figcaption", new() { HasText = title }) }).Locator("code").First;
}
