using Marketplace.Core.People;
using Marketplace.Portal.Shell;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.SignIn;

public sealed class SignInTests(PostgresFixture postgres, SharedPortal shared) : IClassFixture<PostgresFixture>, IClassFixture<SharedPortal>
{
    [Fact]
    public async Task A_stranger_is_sent_to_sign_in_and_back_to_where_they_wanted()
    {
        var app = shared.Portal;
        using var browser = app.OpenBrowser();

        var refused = await browser.GetAsync("/teams?page=2");
        Assert.Equal(302, refused.Status);
        Assert.EndsWith("/sign-in?returnUrl=%2Fteams%3Fpage%3D2", refused.Location, StringComparison.Ordinal);

        var signedIn = await browser.SignInAsync("carla", LivePortal.Password, "/sign-in?returnUrl=%2Fteams%3Fpage%3D2");
        Assert.Equal((303, "/teams?page=2"), (signedIn.Status, signedIn.Location));
        Assert.Contains("Carla Jansen", (await browser.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        var app = shared.Portal;
        using var browser = app.OpenBrowser();
        var cookie = Assert.Single((await browser.SignInAsync("carla", LivePortal.Password)).Headers.GetValues("Set-Cookie"), c => c.StartsWith("mkt-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_stranger_and_a_wrong_password_get_the_same_answer_and_the_name_is_kept()
    {
        var app = shared.Portal;
        using var browser = app.OpenBrowser();

        var wrong = await browser.SignInAsync("carla", "not this one at all");
        var stranger = await browser.SignInAsync("nobody", "not this one at all");

        Assert.Equal((422, 422), (wrong.Status, stranger.Status));
        Assert.Equal(wrong.AllProblems, stranger.AllProblems);
        Assert.Equal("carla", wrong.Html.QuerySelector("input[name=userName]")!.GetAttribute("value"));
        Assert.Null(wrong.Html.QuerySelector("input[name=password]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task After_five_failures_the_right_password_waits_too_and_looks_wrong()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        using var browser = app.OpenBrowser();
        // All at once: none of them may go uncounted.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var other = app.OpenBrowser();
            return await other.SignInAsync("carla", "wrong wrong wrong");
        }));

        Assert.Equal(422, (await browser.SignInAsync("carla", LivePortal.Password)).Status);

        await app.Database.ExecuteAsync("update person set lockout_end = now() - interval '1 second'");
        Assert.Equal(303, (await browser.SignInAsync("carla", LivePortal.Password)).Status);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string returnUrl)
    {
        var app = shared.Portal;
        using var browser = app.OpenBrowser();
        var page = await browser.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.Equal("/", page.Html.QuerySelector("input[name=returnUrl]")!.GetAttribute("value"));

        var forged = await browser.SubmitAsync(
            page, "/sign-in", ("userName", "carla"), ("password", LivePortal.Password), ("returnUrl", returnUrl));
        Assert.Equal((303, "/"), (forged.Status, forged.Location));
    }

    [Fact]
    public async Task A_disabled_person_cannot_sign_in_and_loses_the_session_within_seconds()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        using var browser = await app.SignedInAsync("carla");
        await app.Database.ExecuteAsync("update person set disabled_at = now()");

        app.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(302, (await browser.GetAsync("/")).Status);
        using var another = app.OpenBrowser();
        Assert.Equal(422, (await another.SignInAsync("carla", LivePortal.Password)).Status);
    }

    [Fact]
    public async Task A_new_security_stamp_ends_the_sessions_and_a_new_role_reaches_them()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        await app.AddPersonAsync("dirk", "Dirk Smit");
        using var carla = await app.SignedInAsync("carla");
        using var dirk = await app.SignedInAsync("dirk");
        await app.Database.ExecuteAsync("update person set security_stamp = 'changed' where user_name = 'carla'");
        await app.Database.ExecuteAsync("update person set platform_role = 'auditor' where user_name = 'dirk'");

        app.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(302, (await carla.GetAsync("/")).Status);
        Assert.Contains(Words(PlatformRole.Auditor), (await dirk.GetAsync("/")).Html.QuerySelector(".me")!.TextContent, StringComparison.Ordinal);

        static string Words(PlatformRole role) => role.ToString();
    }

    [Fact]
    public async Task A_page_that_asks_for_itself_again_keeps_nobody_signed_in()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        using var away = await app.SignedInAsync("carla");
        using var busy = await app.SignedInAsync("carla");

        for (var hour = 1; hour < 8; hour++)
        {
            app.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal((200, 200), ((await away.GetAsync("/", (PagePoll.Header, "1"))).Status, (await busy.GetAsync("/")).Status));
        }
        app.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal((302, 200), ((await away.GetAsync("/", (PagePoll.Header, "1"))).Status, (await busy.GetAsync("/")).Status));
    }

    [Fact]
    public async Task Signing_out_is_a_post_and_ends_the_session()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        using var browser = await app.SignedInAsync("carla");
        Assert.Equal(404, (await browser.GetAsync("/sign-out")).Status);

        var left = await browser.SubmitAsync(await browser.GetAsync("/"), "/sign-out");

        Assert.Equal((303, "/sign-in"), (left.Status, left.Location));
        Assert.Equal(302, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_copy_of_the_cookie_dies_with_the_session_that_signed_out()
    {
        await using var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("carla", "Carla Jansen");
        using var browser = app.OpenBrowser();
        var copy = (await browser.SignInAsync("carla", LivePortal.Password)).Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("mkt-session=", StringComparison.Ordinal)).Split(';')[0];
        using var thief = app.OpenBrowser();
        Assert.Equal(200, (await thief.GetAsync("/", ("Cookie", copy))).Status);

        await browser.SubmitAsync(await browser.GetAsync("/"), "/sign-out");
        app.Clock.Advance(TimeSpan.FromSeconds(11));

        using var again = app.OpenBrowser();
        Assert.Equal(302, (await again.GetAsync("/", ("Cookie", copy))).Status);
        Assert.Equal(303, (await browser.SignInAsync("carla", LivePortal.Password)).Status);
    }

    [Fact]
    public async Task A_session_of_one_replica_holds_on_another_and_its_keys_lie_sealed_in_the_database()
    {
        await using var one = await LivePortal.StartAsync(postgres);
        await one.AddPersonAsync("carla", "Carla Jansen");
        using var browser = one.OpenBrowser();
        var cookie = (await browser.SignInAsync("carla", LivePortal.Password)).Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("mkt-session=", StringComparison.Ordinal)).Split(';')[0];

        await using var two = await LivePortal.StartAsync(postgres, one.Database);
        using var stranger = two.OpenBrowser();
        Assert.Equal(200, (await stranger.GetAsync("/", ("Cookie", cookie))).Status);

        var stored = await one.Database.ScalarAsync<byte[]>("select sealed from data_protection_key limit 1");
        Assert.DoesNotContain("masterKey", System.Text.Encoding.Latin1.GetString(stored!), StringComparison.OrdinalIgnoreCase);
    }
}
