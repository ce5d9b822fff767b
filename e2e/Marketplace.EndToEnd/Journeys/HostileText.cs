using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Journeys;

/// <summary>
/// A publisher who writes script wherever text is taken: a document's descriptions, a guide, a question. Looked at by
/// somebody else, in a browser that heeds our Content-Security-Policy and in one that does not, so that the one
/// defence is not tested by the other.
/// </summary>
[Collection(StackCollection.Name)]
public sealed class HostileText(Stack stack)
{
    private const string Attack =
        """<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script><svg onload="globalThis.ran=1"></svg>[press](javascript:globalThis.ran=1) <details open ontoggle="globalThis.ran=1">x</details>""";

    private static readonly string Document =
        $$"""
        openapi: 3.1.0
        info: { title: Hostile, version: '1', description: '{{Attack}}', contact: { name: '{{Attack}}', url: 'javascript:globalThis.ran=1' } }
        tags: [ { name: a, description: '{{Attack}}' } ]
        paths:
          /a:
            get:
              operationId: a
              tags: [a]
              summary: '{{Attack}}'
              description: '{{Attack}}'
              parameters: [ { name: q, in: query, description: '{{Attack}}', schema: { type: string, description: '{{Attack}}' } } ]
              responses: { '200': { description: '{{Attack}}', content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }
        components: { schemas: { S: { type: object, description: '{{Attack}}', properties: { p: { type: string, description: '{{Attack}}' } } } } }
        """;

    [Fact]
    public async Task No_script_runs_whoever_reads_it()
    {
        var question = await WriteAsync();
        foreach (var heedsPolicy in new[] { true, false })
        {
            var daan = await stack.SignInAsync("daan", heedsPolicy: heedsPolicy);
            foreach (var page in new[] { "", "/endpoint?operation=a", "/guides", "/questions", question, "/findings/source", "/document" })
            {
                await daan.GotoAsync("/apis/hostile/v1" + page);
                // It is there, as text or as markup made harmless.
                await Expect(daan.Locator(page == "/document" ? "#document" : "#main")).ToContainTextAsync(page == "/questions" ? "onerror" : "press");
                foreach (var link in await daan.GetByRole(AriaRole.Link, new() { Name = "press", Exact = true }).AllAsync())
                    Assert.DoesNotContain("javascript:", await link.GetAttributeAsync("href") ?? "", StringComparison.OrdinalIgnoreCase);
                Assert.False(await daan.EvaluateAsync<bool>("'ran' in globalThis"), $"Script ran on {page}, Content-Security-Policy heeded: {heedsPolicy}.");
            }

            await daan.Context.CloseAsync();
        }
    }

    /// <returns>The question's address, below the line's.</returns>
    private async Task<string> WriteAsync()
    {
        var olivia = await stack.SignInAsync("olivia");
        await olivia.GotoAsync("/publish");
        await olivia.GetByLabel("Paste text", new() { Exact = true }).CheckAsync();
        await olivia.GetByLabel("Document text", new() { Exact = true }).FillAsync(Document);
        await olivia.GetByLabel("Title", new() { Exact = true }).FillAsync("Hostile");
        await olivia.GetByLabel("Name", new() { Exact = true }).FillAsync("hostile");
        await olivia.GetByLabel("Version", new() { Exact = true }).FillAsync("v1");
        await olivia.GetByLabel("Team", new() { Exact = true }).SelectOptionAsync("payments");
        await olivia.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await olivia.ArrivesAtAsync("/apis/hostile/v1");

        await olivia.GotoAsync("/apis/hostile/v1/write-guide");
        await olivia.GetByLabel("Title", new() { Exact = true }).FillAsync("Guide " + Attack[..40]);
        await olivia.GetByLabel("Text", new() { Exact = true }).FillAsync(Attack);
        await olivia.GetByRole(AriaRole.Button, new() { Name = "Publish the guide" }).ClickAsync();
        await olivia.ArrivesAtAsync("/guides/");

        await olivia.GotoAsync("/apis/hostile/v1/questions");
        await olivia.GetByLabel("Your question", new() { Exact = true }).FillAsync("May I " + Attack[..40]);
        await olivia.GetByLabel("More about it", new() { Exact = true }).Or(olivia.GetByLabel("More about it optional", new() { Exact = true })).FillAsync(Attack);
        await olivia.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await olivia.ArrivesAtAsync("/questions/[^/]+/");
        var question = new Uri(olivia.Url).AbsolutePath["/apis/hostile/v1".Length..];
        await olivia.Context.CloseAsync();
        return question;
    }
}
