using Marketplace.Portal.Shell;
using Marketplace.Portal.Tests.App;

namespace Marketplace.Portal.Tests.SignIn;

/// <summary>Each test that changes somebody has a person of its own; the clock goes on from one to the next.</summary>
public sealed class SignInTests(SharedPortal shared) : IClassFixture<SharedPortal>
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
        var app = shared.Portal;
        await app.AddPersonAsync("fenna", "Fenna Five");
        using var browser = app.OpenBrowser();
        // All at once: none of them may go uncounted.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var other = app.OpenBrowser();
            return await other.SignInAsync("fenna", "wrong wrong wrong");
        }));

        Assert.Equal(422, (await browser.SignInAsync("fenna", LivePortal.Password)).Status);

        await app.Database.ExecuteAsync("update person set lockout_end = now() - interval '1 second' where user_name = 'fenna'");
        Assert.Equal(303, (await browser.SignInAsync("fenna", LivePortal.Password)).Status);
        Assert.Equal("person.locked_out,session.started", await EventsAsync("fenna"));
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
        var app = shared.Portal;
        await app.AddPersonAsync("dora", "Dora Disabled");
        using var browser = await app.SignedInAsync("dora");
        await app.Database.ExecuteAsync("update person set disabled_at = now() where user_name = 'dora'");

        app.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(302, (await browser.GetAsync("/")).Status);
        using var another = app.OpenBrowser();
        Assert.Equal(422, (await another.SignInAsync("dora", LivePortal.Password)).Status);
    }

    [Fact]
    public async Task A_page_that_asks_for_itself_again_keeps_nobody_signed_in_and_nobody_stays_forever()
    {
        var app = shared.Portal;
        await app.AddPersonAsync("paula", "Paula Poll");
        using var away = await app.SignedInAsync("paula");
        using var busy = await app.SignedInAsync("paula");

        app.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal((200, 200), ((await away.GetAsync("/", (PagePoll.Header, "1"))).Status, (await busy.GetAsync("/")).Status));
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((302, 200), ((await away.GetAsync("/", (PagePoll.Header, "1"))).Status, (await busy.GetAsync("/")).Status));

        for (var hour = 1; hour < 11; hour++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(200, (await busy.GetAsync("/")).Status);
        }
        app.Clock.Advance(TimeSpan.FromMinutes(59));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(302, (await busy.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_person_sees_where_they_are_signed_in_and_ends_what_is_not_theirs()
    {
        var app = shared.Portal;
        await app.AddPersonAsync("wilma", "Wilma Where");
        using var thief = await app.SignedInAsync("wilma");
        using var other = await app.SignedInAsync("wilma");
        using var wilma = await app.SignedInAsync("wilma");
        var me = await wilma.GetAsync("/me");
        Assert.Equal(3, me.Html.QuerySelectorAll("tbody tr").Length);
        var ends = me.Html.Forms.Select(f => f.GetAttribute("action")!).Where(a => a.EndsWith("/end", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, ends.Count);
        var stored = await app.Database.ScalarAsync<long>("select count(*) from person_session s join person p on p.id = s.person_id where p.user_name = 'wilma' and octet_length(secret_hash) = 32 and ended_at is null");
        Assert.Equal(3, stored);

        Assert.Equal(303, (await wilma.SubmitAsync(me, ends[0])).Status);
        Assert.Equal([200, 302], new[] { (await thief.GetAsync("/")).Status, (await other.GetAsync("/")).Status }.Order());
        Assert.Equal(303, (await wilma.SubmitAsync(await wilma.GetAsync("/me"), "/me/sessions/end-others")).Status);

        Assert.Equal((302, 302, 200), ((await thief.GetAsync("/")).Status, (await other.GetAsync("/")).Status, (await wilma.GetAsync("/")).Status));
    }

    [Fact]
    public async Task Whoever_changes_the_password_knows_the_one_so_far()
    {
        var app = shared.Portal;
        await app.AddPersonAsync("petra", "Petra Password");
        using var other = await app.SignedInAsync("petra");
        using var petra = await app.SignedInAsync("petra");
        var page = await petra.GetAsync("/me");
        var refused = await petra.SubmitAsync(page, "/me/password", ("currentPassword", "a guess at it"), ("newPassword", "another-horse-battery"));
        Assert.StartsWith("That is not your current password.", Assert.Single(refused.FieldProblems), StringComparison.Ordinal);

        Assert.Equal(303, (await petra.SubmitAsync(page, "/me/password", ("currentPassword", LivePortal.Password), ("newPassword", "another-horse-battery"))).Status);

        Assert.Equal((200, 302), ((await petra.GetAsync("/me")).Status, (await other.GetAsync("/me")).Status));
        using var again = app.OpenBrowser();
        Assert.Equal((422, 303), ((await again.SignInAsync("petra", LivePortal.Password)).Status, (await again.SignInAsync("petra", "another-horse-battery")).Status));
    }

    [Fact]
    public async Task Signing_out_is_a_post_and_ends_the_session()
    {
        var app = shared.Portal;
        await app.AddPersonAsync("olga", "Olga Out");
        using var browser = await app.SignedInAsync("olga");
        Assert.Equal(404, (await browser.GetAsync("/sign-out")).Status);

        var left = await browser.SubmitAsync(await browser.GetAsync("/"), "/sign-out");

        Assert.Equal((303, "/sign-in"), (left.Status, left.Location));
        Assert.Equal(302, (await browser.GetAsync("/")).Status);
        Assert.Equal("session.started,session.signed_out", await EventsAsync("olga"));
        Assert.Equal("by password, from an address", await shared.Portal.Database.ScalarAsync<string>(
            "select 'by ' || (content::jsonb->'details'->>'by') || case when source <> '' then ', from an address' else '' end from audit_event where action = 'session.started' and actor_id = (select id from person where user_name = 'olga')"));
    }

    [Fact]
    public async Task A_copy_of_the_cookie_dies_with_the_session_that_signed_out()
    {
        var app = shared.Portal;
        await app.AddPersonAsync("coby", "Coby Copy");
        using var browser = app.OpenBrowser();
        var copy = (await browser.SignInAsync("coby", LivePortal.Password)).Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("mkt-session=", StringComparison.Ordinal)).Split(';')[0];
        using var thief = app.OpenBrowser();
        Assert.Equal(200, (await thief.GetAsync("/", ("Cookie", copy))).Status);

        await browser.SubmitAsync(await browser.GetAsync("/"), "/sign-out");
        app.Clock.Advance(TimeSpan.FromSeconds(11));

        using var again = app.OpenBrowser();
        Assert.Equal(302, (await again.GetAsync("/", ("Cookie", copy))).Status);
        Assert.Equal(303, (await browser.SignInAsync("coby", LivePortal.Password)).Status);
    }

    private Task<string?> EventsAsync(string userName) => shared.Portal.Database.ScalarAsync<string>(
        $"select string_agg(action, ',' order by sequence) from audit_event where subject_id = (select id::text from person where user_name = '{userName}') and action not like 'person.created'");
}
