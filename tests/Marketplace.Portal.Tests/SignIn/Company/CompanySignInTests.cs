using System.Text.Json.Nodes;
using Marketplace.Core.People;
using Marketplace.Jose;
using Marketplace.Portal.SignIn.Company;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.SignIn.Company;

/// <summary>One portal and one identity provider for all of them; each test is somebody else.</summary>
public sealed class CompanySignInTests(CompanySignInTests.Company company) : IClassFixture<CompanySignInTests.Company>
{
    private readonly FakeProvider _provider = company.Provider;
    private readonly LivePortal _portal = company.Portal;

    [Fact]
    public async Task A_new_colleague_comes_in_by_the_code_flow_with_state_nonce_and_pkce_and_lands_where_they_wanted()
    {
        using var browser = _portal.OpenBrowser();
        var asked = await GoAsync(browser, "/sign-in/company?returnUrl=%2Fteams");
        Assert.Equal(("code", "S256", "openid"), (asked["response_type"], asked["code_challenge_method"], asked["scope"].Split(' ')[0]));
        Assert.Equal("http://localhost/sign-in/company/callback", asked["redirect_uri"]);
        Assert.True(asked["state"].Length > 20 && asked["nonce"].Length == 43);

        var back = await AnswerAsync(browser, asked, Claims(asked, "newcomer", c => c["name"] = "Nia Newcomer"));

        Assert.Equal((302, "/teams"), (back.Status, back.Location));
        Assert.Contains("Nia Newcomer", (await browser.GetAsync("/teams")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await _portal.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'person.provisioned' and content like '%newcomer%'"));
        // The same answer once more, from here or from elsewhere, is worth nothing.
        Assert.Equal(403, (await AnswerAsync(browser, asked, Claims(asked, "newcomer"))).Status);
        using var elsewhere = _portal.OpenBrowser();
        Assert.Equal(403, (await AnswerAsync(elsewhere, asked, Claims(asked, "newcomer"))).Status);
    }

    [Fact]
    public async Task What_the_provider_did_not_sign_for_this_sign_in_brings_nobody_in()
    {
        var lies = new Dictionary<string, Action<JsonObject>>(StringComparer.Ordinal)
        {
            ["another nonce"] = c => c["nonce"] = "x",
            ["no nonce"] = c => c.Remove("nonce"),
            ["another issuer"] = c => c["iss"] = "https://evil.example",
            ["another audience"] = c => c["aud"] = "payroll",
            ["two audiences without azp"] = c => c["aud"] = new JsonArray(FakeProvider.ClientId, "payroll"),
            ["another azp"] = c => c["azp"] = "payroll",
            ["expired"] = c => c["exp"] = Now(-11),
            ["from the future"] = c => c["iat"] = Now(30),
            ["no iat"] = c => c.Remove("iat"),
            ["no subject"] = c => c.Remove("sub"),
            ["another key"] = c => c["$token"] = _provider.Sign((JsonObject)c.DeepClone(), key: Jwk.Generate(JwsAlgorithm.ES256)),
            ["an access token"] = c => c["$token"] = _provider.Sign((JsonObject)c.DeepClone(), "at+jwt"),
            ["not signed"] = c => c["$token"] = "eyJhbGciOiJub25lIn0." + WebEncoders.Base64UrlEncode(System.Text.Encoding.UTF8.GetBytes(c.ToJsonString())) + ".",
        };
        foreach (var (name, lie) in lies)
        {
            using var browser = _portal.OpenBrowser();
            var asked = await GoAsync(browser);
            var answer = await AnswerAsync(browser, asked, Claims(asked, "liar", lie));
            Assert.True(answer.Status == 403, $"{name} answered {answer.Status}");
            Assert.StartsWith("The company sign-in did not work out.", Assert.Single(answer.AllProblems), StringComparison.Ordinal);
            Assert.Equal(302, (await browser.GetAsync("/")).Status);
        }

        foreach (var issuer in new[] { "https://evil.example", null })
        {
            using var browser = _portal.OpenBrowser();
            var asked = await GoAsync(browser);
            Assert.Equal(403, (await AnswerAsync(browser, asked, Claims(asked, "mixed up"), issuer)).Status);
        }

        Assert.Equal(0, await _portal.Database.ScalarAsync<long>("select count(*) from person_identity where subject in ('liar', 'mixed up')"));
    }

    [Fact]
    public async Task The_user_info_of_somebody_else_counts_for_nothing()
    {
        _provider.UserInfo = new JsonObject { ["sub"] = "boss", ["groups"] = new JsonArray("admins") };
        using var browser = _portal.OpenBrowser();
        var asked = await GoAsync(browser);
        Assert.Equal(403, (await AnswerAsync(browser, asked, Claims(asked, "ulla", c => { c.Remove("groups"); c.Remove("name"); }))).Status);

        _provider.UserInfo = new JsonObject { ["sub"] = "ulla", ["name"] = "Ulla User", ["email"] = "ulla@example.com" };
        asked = await GoAsync(browser);
        Assert.Equal(302, (await AnswerAsync(browser, asked, Claims(asked, "ulla", c => { c.Remove("groups"); c.Remove("name"); }))).Status);
        Assert.Contains("Ulla User", (await browser.GetAsync("/me")).Text, StringComparison.Ordinal);
        _provider.UserInfo = null;
    }

    [Fact]
    public async Task Groups_too_many_to_list_are_not_taken_for_none()
    {
        using var browser = _portal.OpenBrowser();
        var asked = await GoAsync(browser);
        var answer = await AnswerAsync(browser, asked, Claims(asked, "gustav", c => c["_claim_names"] = new JsonObject { ["groups"] = "src1" }));
        Assert.Contains("too many", Assert.Single(answer.AllProblems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_address_alone_opens_no_account_and_a_closed_one_stays_closed()
    {
        await _portal.AddPersonAsync("lena", "Lena Local");
        await _portal.Database.ExecuteAsync("update person set email = 'lena@example.com' where user_name = 'lena'");
        using var browser = _portal.OpenBrowser();
        var asked = await GoAsync(browser);
        var refused = await AnswerAsync(browser, asked, Claims(asked, "lena-7", c => (c["email"], c["email_verified"]) = ("Lena@Example.com", true)));
        Assert.Equal(403, refused.Status);
        Assert.EndsWith("your identifier is lena-7.", Assert.Single(refused.AllProblems), StringComparison.Ordinal);

        var joined = await _portal.Use<Core.People.Company.LinkIdentity>().JoinAsync(LivePortal.Root, "lena", "lena-7", default);
        Assert.True(joined.Succeeded, string.Join(' ', joined.Problems));
        asked = await GoAsync(browser);
        Assert.Equal(302, (await AnswerAsync(browser, asked, Claims(asked, "lena-7"))).Status);
        await _portal.Use<Core.People.Accounts.DisablePerson>().ExecuteAsync(LivePortal.Root, "lena", true, "Left.", default);
        Assert.Equal(302, (await browser.GetAsync("/")).Status);
        asked = await GoAsync(browser);
        Assert.Equal("Your account here is closed. Ask an administrator.", Assert.Single((await AnswerAsync(browser, asked, Claims(asked, "lena-7"))).AllProblems));
    }

    [Fact]
    public async Task With_local_sign_in_off_a_password_opens_the_emergency_account_alone_and_that_is_on_the_trail()
    {
        await _portal.AddPersonAsync("lotte", "Lotte Local");
        await _portal.AddPersonAsync("root", "Root", PlatformRole.Administrator);
        using var browser = _portal.OpenBrowser();
        var door = await browser.GetAsync("/sign-in");
        Assert.Empty(door.Html.Forms);
        Assert.NotNull(door.Html.QuerySelector("a[href^='/sign-in/company']"));
        var emergency = await browser.GetAsync("/sign-in?password=true");

        Assert.Equal(422, (await browser.SubmitAsync(emergency, "/sign-in", ("userName", "lotte"), ("password", LivePortal.Password))).Status);
        Assert.Equal(303, (await browser.SubmitAsync(emergency, "/sign-in", ("userName", "root"), ("password", LivePortal.Password))).Status);
        Assert.Equal(1, await _portal.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'session.break_glass' and subject = 'root'"));
    }

    [Fact]
    public async Task The_provider_ends_its_sessions_here_and_nobody_else_does()
    {
        using var browser = _portal.OpenBrowser();
        var asked = await GoAsync(browser);
        await AnswerAsync(browser, asked, Claims(asked, "bea", c => c["sid"] = "s-1"));
        Assert.Equal(200, (await browser.GetAsync("/")).Status);
        JsonObject Logout(Action<JsonObject>? change = null)
        {
            var claims = new JsonObject
            {
                ["iss"] = _provider.Issuer, ["aud"] = FakeProvider.ClientId, ["iat"] = Now(0), ["exp"] = Now(60), ["jti"] = "1", ["sid"] = "s-1",
                ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
            };
            change?.Invoke(claims);
            return claims;
        }

        using var stranger = _portal.OpenBrowser();
        Task<Seen> EndAsync(string token) => stranger.PostAsync("/sign-in/company/back-channel", ("logout_token", token));
        Assert.Equal(400, (await EndAsync(_provider.Sign(Logout(), "logout+jwt", Jwk.Generate(JwsAlgorithm.ES256)))).Status);
        Assert.Equal(400, (await EndAsync(_provider.Sign(Logout(c => c["nonce"] = "n")))).Status);
        Assert.Equal(400, (await EndAsync(_provider.Sign(Logout(c => c.Remove("events"))))).Status);
        Assert.Equal(400, (await EndAsync(_provider.Sign(Logout(c => c["aud"] = "payroll")))).Status);
        Assert.Equal(200, (await EndAsync(_provider.Sign(Logout(c => c["sid"] = "s-2"), "logout+jwt"))).Status);
        Assert.Equal(200, (await browser.GetAsync("/")).Status);

        Assert.Equal(200, (await EndAsync(_provider.Sign(Logout(), "logout+jwt"))).Status);
        Assert.Equal(302, (await browser.GetAsync("/")).Status);
    }

    private long Now(int seconds) => _portal.Clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    private JsonObject Claims(Dictionary<string, string> asked, string subject, Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = _provider.Issuer, ["sub"] = subject, ["aud"] = FakeProvider.ClientId, ["iat"] = Now(0), ["exp"] = Now(60), ["nonce"] = asked["nonce"],
            ["name"] = subject, ["email"] = $"{subject.Replace(' ', '.')}@example.org", ["groups"] = new JsonArray(),
        };
        change?.Invoke(claims);
        return claims;
    }

    private static async Task<Dictionary<string, string>> GoAsync(Visitor browser, string url = "/sign-in/company")
    {
        var sent = await browser.GetAsync(url);
        Assert.Equal(302, sent.Status);
        return QueryHelpers.ParseQuery(new Uri(sent.Location!).Query).ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
    }

    private Task<Seen> AnswerAsync(Visitor browser, Dictionary<string, string> asked, JsonObject claims) => AnswerAsync(browser, asked, claims, _provider.Issuer);

    private async Task<Seen> AnswerAsync(Visitor browser, Dictionary<string, string> asked, JsonObject claims, string? issuer)
    {
        var code = Guid.NewGuid().ToString("N");
        (_provider.Answers[code], _provider.Challenges[code]) = (claims, asked["code_challenge"]);
        var query = new Dictionary<string, string?> { ["code"] = code, ["state"] = asked["state"] };
        if (issuer is not null)
            query["iss"] = issuer;
        return await browser.GetAsync(QueryHelpers.AddQueryString("/sign-in/company/callback", query));
    }

    public sealed class Company : IAsyncLifetime
    {
        internal FakeProvider Provider { get; private set; } = null!;

        public LivePortal Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Provider = await FakeProvider.StartAsync();
            Portal = await LivePortal.StartAsync(new PostgresFixture(), also: services => services
                .AddSingleton(new SignInRules { Company = new(Provider.Issuer, "Example Bank"), Local = false, BreakGlass = ["root"] })
                .AddSingleton(new OpenIdSettings(FakeProvider.ClientId, FakeProvider.Secret)));
        }

        public async ValueTask DisposeAsync()
        {
            await Portal.DisposeAsync();
            await Provider.DisposeAsync();
        }
    }
}
