using System.Text.Json;
using Marketplace.Testing;
using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Framework;

/// <summary>The product as a newcomer has it: the real host with its embedded database and demo bank, in a process of its own.</summary>
public sealed class Stack : IAsyncLifetime
{
    private HostProcess _host = null!;
    private Dictionary<string, string> _passwords = [];

    public Uri Url => _host.Url;

    public async ValueTask InitializeAsync()
    {
        _host = await HostProcess.StartAsync(new() { Demo = true });
        using var people = JsonDocument.Parse(await File.ReadAllTextAsync(Demo("people.json")));
        _passwords = people.RootElement.EnumerateArray()
            .ToDictionary(p => p.GetProperty("UserName").GetString()!, p => p.GetProperty("Password").GetString()!, StringComparer.Ordinal);
    }

    /// <summary>What the demo hands out: <c>consumer.id</c>, <c>data-plane.secret</c> and so on.</summary>
    public string Secret(string name) => File.ReadAllText(Demo(name)).Trim();

    /// <summary>A browser in which this person has signed in through the page.</summary>
    public async Task<IPage> SignInAsync(string userName, bool javaScript = true, int width = 1400, bool heedsPolicy = true)
    {
        var page = await Browser.NewPageAsync(Url, javaScript, width, heedsPolicy);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(userName);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(_passwords[userName]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.ArrivesAtAsync("^(?!.*/sign-in)");
        await page.Locator("#main h1").First.WaitForAsync();
        return page;
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private string Demo(string name) => Path.Combine(_host.DataFolder, "demo", name);
}

[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<Stack>
{
    public const string Name = "stack";
}
