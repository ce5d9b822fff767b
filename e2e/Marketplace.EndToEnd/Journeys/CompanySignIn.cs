using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.EndToEnd.Framework;
using Marketplace.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Journeys;

/// <summary>
/// Somebody new signs in with the company's identity provider (npm oidc-provider in a process of its own), has what
/// their groups give, signs out of both, and comes back without the group.
/// </summary>
public sealed class CompanySignIn(CompanySignIn.Bank bank) : IClassFixture<CompanySignIn.Bank>
{
    private const string Password = "correct horse battery";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Groups_open_and_close_a_team_and_signing_out_ends_both_sessions(bool javaScript)
    {
        var who = javaScript ? "nia" : "noor";
        await GiveTeamToGroupAsync(who);
        await TellProviderAsync(who, $"{who}-team", "of-no-meaning");
        var page = await Browser.NewPageAsync(bank.Url, javaScript);

        await page.GotoAsync($"/teams/{who}");
        await SignInAsync(page, who);
        await Expect(page).ToHaveURLAsync(new Uri(bank.Url, $"/teams/{who}").ToString());
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "by group" })).ToContainTextAsync(who);

        await SignOutAsync(page);
        // Not even with the provider's own session: it asks who they are again, and so do we.
        await page.GotoAsync($"/teams/{who}");
        await TellProviderAsync(who, "of-no-meaning");
        await SignInAsync(page, who);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Team of {who}" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "by group" })).ToHaveCountAsync(0);
        await page.GotoAsync("/me");
        await Expect(page.Locator("main")).ToContainTextAsync("by company account");

        // The provider told us that its session was over, and we believed it.
        using var http = new HttpClient();
        Assert.Contains("success", await http.GetFromJsonAsync<string[]>(new Uri(bank.Provider, "/test/logouts")) ?? []);
    }

    private async Task SignInAsync(IPage page, string who)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Bank" }).ClickAsync();
        await page.Locator("input[name=login]").FillAsync(who);
        await page.Locator("input[name=password]").FillAsync("any");
        await page.Locator("button[type=submit]").ClickAsync();
        // Asked anew after a sign-out there, which took the consent with it.
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Locator("#main h1").First.WaitForAsync();
    }

    private async Task SignOutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await page.ArrivesAtAsync("^" + Regex.Escape(new Uri(bank.Url, "/sign-in").ToString()));
    }

    private async Task TellProviderAsync(string who, params string[] groups)
    {
        using var http = new HttpClient();
        using var told = await http.PostAsJsonAsync(new Uri(bank.Provider, $"/test/people/{who}"), new { name = $"{who} of the bank", preferred_username = who, groups });
        told.EnsureSuccessStatusCode();
    }

    /// <summary>As the operator who sets it up does: with the emergency account, over REST.</summary>
    private async Task GiveTeamToGroupAsync(string who)
    {
        using var http = new HttpClient { BaseAddress = bank.Url };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{Password}")));
        using var made = await http.PostAsJsonAsync("/api/v1/me/access-tokens", new { name = "set-up", days = 1, scopes = new[] { "administer" } });
        using var token = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.RootElement.GetProperty("token").GetString());
        using var team = await http.PostAsJsonAsync("/api/v1/teams", new { name = who, title = $"Team of {who}", owner = "admin" });
        team.EnsureSuccessStatusCode();
        using var mapping = await http.PostAsJsonAsync("/api/v1/group-mappings", new { group = $"{who}-team", team = who, teamRole = "developer" });
        mapping.EnsureSuccessStatusCode();
    }

    /// <summary>The marketplace and the identity provider, each in a process of its own.</summary>
    public sealed class Bank : IAsyncLifetime
    {
        private readonly string _folder = TestFolder.Create("company");
        private ChildProcess _process = null!;
        private HostProcess _host = null!;

        public Uri Provider { get; } = new($"http://localhost:{LoopbackPort.Pick()}");

        public Uri Url => _host.Url;

        public async ValueTask InitializeAsync()
        {
            var port = LoopbackPort.Pick();
            await File.WriteAllTextAsync(Path.Combine(_folder, "admin"), Password);
            await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), "company-secret-0123456789\n");
            _process = ChildProcess.Start("node", [Repository.File("tests", "clients", "identity-provider.mjs"), Provider.Port.ToString(), $"http://localhost:{port}"]);
            _host = await HostProcess.StartAsync(new()
            {
                Port = port,
                Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["MARKETPLACE_ADMIN_PASSWORD_FILE"] = Path.Combine(_folder, "admin"),
                    ["MARKETPLACE_OIDC_ISSUER"] = Provider.ToString().TrimEnd('/'),
                    ["MARKETPLACE_OIDC_NAME"] = "Example Bank",
                    ["MARKETPLACE_OIDC_CLIENT_ID"] = "marketplace",
                    ["MARKETPLACE_OIDC_CLIENT_SECRET_FILE"] = Path.Combine(_folder, "secret"),
                    ["MARKETPLACE_OIDC_SCOPES"] = "profile email groups",
                    ["MARKETPLACE_LOCAL_SIGN_IN"] = "false",
                    ["MARKETPLACE_BREAK_GLASS"] = "admin",
                },
            });
            await _process.AnswersAsync(new Uri(Provider, "/.well-known/openid-configuration"));
        }

        public async ValueTask DisposeAsync()
        {
            await _host.DisposeAsync();
            await _process.DisposeAsync();
            TestFolder.Delete(_folder);
        }
    }
}
