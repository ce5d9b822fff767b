using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>How the people of the table call: each with a browser and programs of their own, made when they are needed.</summary>
public sealed class RoleCallers(BankApp app)
{
    private readonly Dictionary<(string Name, TokenScope? Scope, bool Without), HttpClient> _programs = [];
    private readonly Dictionary<string, BankBrowser> _browsers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _formTokens = new(StringComparer.Ordinal);

    /// <summary>
    /// As a program if the route is of the REST API, with a token for this scope and nothing else, or for everything else;
    /// else as a browser, forms with their antiforgery token.
    /// </summary>
    public async Task<string> CallAsync(Actor? person, Call call, TokenScope? scope = null, bool without = false)
    {
        using var response = call.Url.StartsWith("/api/", StringComparison.Ordinal)
            ? await (await ProgramAsync(person, scope, without)).SendAsync(call.Request())
            : await BrowseAsync(person, call);
        var toSignIn = (int)response.StatusCode == 302 && response.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) is true;
        return (int)response.StatusCode switch
        {
            >= 200 and < 300 or 303 => "ok",
            401 => "in",
            302 when toSignIn => "in",
            403 => "no",
            404 => "un",
            var other => other.ToString(),
        };
    }

    /// <summary>The next call of this person starts with signing in.</summary>
    public void CloseBrowserOf(Actor? person)
    {
        _browsers.Remove(person?.Name ?? "");
        _formTokens.Remove(person?.Name ?? "");
    }

    private async Task<HttpClient> ProgramAsync(Actor? person, TokenScope? scope, bool without)
    {
        var key = (person?.Name ?? "", scope, without);
        TokenScope[] scopes = scope is null ? [] : [.. Enum.GetValues<TokenScope>().Where(other => other == scope != without)];
        return _programs.TryGetValue(key, out var client)
            ? client
            : _programs[key] = person is null ? app.Anonymous() : await app.ProgramOfAsync(person, scopes);
    }

    private async Task<HttpResponseMessage> BrowseAsync(Actor? person, Call call)
    {
        var key = person?.Name ?? "";
        if (!_browsers.TryGetValue(key, out var browser))
        {
            _browsers[key] = browser = person is null ? app.AnonymousBrowser() : await app.BrowserOfAsync(person);
            _formTokens[key] = await browser.FormTokenAsync(person is null ? "/sign-in" : "/me/access-tokens");
        }

        return await browser.Client.SendAsync(call.Request(_formTokens[key]));
    }
}
