using Marketplace.Core.People;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Sessions;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.People;

public sealed class AccessTokenTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_token_has_a_scope_an_end_and_its_place_among_twenty_and_gives_no_more_than_it_has()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var tokens = bank.Use<AccessTokens>();
        async Task<string?> ProblemAsync(NewAccessToken input, TokenBearer? by = null) => (await tokens.CreateAsync(bank.Dirk, input, by, default)).Problems is [var first, ..] ? first.Code : null;

        Assert.Equal("scopes_missing", await ProblemAsync(new("ci", 1, [])));
        Assert.Equal("days_range", await ProblemAsync(new("ci", 0, [TokenScope.Read])));
        Assert.Equal("days_range", await ProblemAsync(new("ci", tokens.MaximumDays + 1, [TokenScope.Read])));
        Assert.Equal("name_length", await ProblemAsync(new(" ", 1, [TokenScope.Read])));

        var first = (await tokens.CreateAsync(bank.Dirk, new("ci", tokens.MaximumDays, [TokenScope.Read, TokenScope.Account]), null, default)).Value!;
        Assert.Equal(bank.Clock.GetUtcNow().AddDays(tokens.MaximumDays), first.ExpiresAt);
        var bearer = (await tokens.AuthenticateAsync(first.Value, default))!;
        Assert.Equal(["read", "account"], bearer.Scopes);
        Assert.Equal("scope_exceeded", await ProblemAsync(new("more", 1, [TokenScope.Read, TokenScope.Decide]), bearer));
        bank.Clock.Advance(TimeSpan.FromDays(1));
        var heir = (await tokens.CreateAsync(bank.Dirk, new("longer", tokens.MaximumDays, [TokenScope.Read]), bearer, default)).Value!;
        Assert.Equal(first.ExpiresAt, heir.ExpiresAt);

        foreach (var number in Enumerable.Range(3, AccessTokens.MaximumActive - 2))
            Assert.Null(await ProblemAsync(new($"token {number}", 1, [TokenScope.Read])));
        Assert.Equal("tokens_too_many", await ProblemAsync(new("one too many", 1, [TokenScope.Read])));
        Assert.True((await tokens.CreateAsync(bank.Carla, new("another's", 1, [TokenScope.Read]), null, default)).Succeeded);
        Assert.True((await tokens.RevokeAsync(bank.Dirk, heir.Id, default)).Succeeded);
        Assert.Null(await ProblemAsync(new("its place", 1, [TokenScope.Read])));
    }

    [Fact]
    public async Task A_token_that_was_revoked_or_has_run_out_or_whose_person_was_closed_out_holds_no_more_from_then_on()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var tokens = bank.Use<AccessTokens>();
        async Task<CreatedAccessToken> MadeAsync(Actor person) => (await tokens.CreateAsync(person, new("ci", 10, [TokenScope.Read]), null, default)).Value!;
        var (revoked, late, closed) = (await MadeAsync(bank.Dirk), await MadeAsync(bank.Dirk), await MadeAsync(bank.Carla));
        foreach (var one in new[] { revoked, late, closed })
            Assert.NotNull(await tokens.AuthenticateAsync(one.Value, default));

        Assert.Equal(Problem.NotFound, (await tokens.RevokeAsync(bank.Carla, revoked.Id, default)).Problems[0].Code);
        Assert.True((await tokens.RevokeAsync(bank.Dirk, revoked.Id, default)).Succeeded);
        Assert.Null(await tokens.AuthenticateAsync(revoked.Value, default));

        var disable = bank.Use<DisablePerson>();
        Assert.True((await disable.ExecuteAsync(bank.Admin, "carla", true, "She left the bank.", default)).Succeeded);
        Assert.Null(await tokens.AuthenticateAsync(closed.Value, default));
        Assert.True((await disable.ExecuteAsync(bank.Admin, "carla", false, "She came back.", default)).Succeeded);
        Assert.Null(await tokens.AuthenticateAsync(closed.Value, default));

        bank.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Null(await tokens.AuthenticateAsync(late.Value, default));
    }

    [Fact]
    public async Task A_password_that_an_administrator_sets_ends_the_tokens_and_is_told_to_all_who_must_know()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var tokens = bank.Use<AccessTokens>();
        var mine = (await tokens.CreateAsync(bank.Dirk, new("ci", 10, [TokenScope.Read]), null, default)).Value!;
        Assert.True((await bank.Use<SetPassword>().ExecuteAsync(bank.Dirk, null, "a password of my own", null, default)).Succeeded);
        Assert.NotNull(await tokens.AuthenticateAsync(mine.Value, default));

        Assert.True((await bank.Use<SetPassword>().ExecuteAsync(bank.Admin, "dirk", "one that ada knows", null, default)).Succeeded);
        Assert.Null(await tokens.AuthenticateAsync(mine.Value, default));
        Assert.True((await bank.Use<ChangePlatformRole>().ExecuteAsync(bank.Admin, "dirk", PlatformRole.SecurityOfficer, default)).Succeeded);
        var again = (await tokens.CreateAsync(bank.Dirk, new("ci", 10, [TokenScope.Read]), null, default)).Value!;
        Assert.True((await bank.Use<EndSession>().AllAsync(bank.Dirk, null, null, default)).Succeeded);
        Assert.NotNull(await tokens.AuthenticateAsync(again.Value, default));
        Assert.True((await bank.Use<EndSession>().AllAsync(bank.Admin, "dirk", null, default)).Succeeded);
        Assert.Null(await tokens.AuthenticateAsync(again.Value, default));
        foreach (var person in new[] { bank.Dirk, bank.SecurityOfficer })
            Assert.Equal(
                ["Dirk Developer is now a security officer", "The password of Dirk Developer was set by an administrator"],
                (await bank.Use<InboxReader>().ListAsync(person, false, new(), default)).Items.Where(n => n.Kind == NotificationKind.AccountChanged).Select(n => n.Subject).Order());
        Assert.Empty((await bank.Use<InboxReader>().ListAsync(bank.Carla, false, new(), default)).Items);
    }

    [Fact]
    public async Task A_token_made_with_a_password_where_those_are_off_is_short_and_loud()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var tokens = new AccessTokens(bank.Use<IDbContextFactory<MarketplaceDb>>(), bank.Use<SecretHasher>(), new SignInRules { Local = false, BreakGlass = ["ada"] }, bank.Clock);
        var made = (await tokens.CreateAsync(bank.Admin with { Credential = "password" }, new("emergency", 300, [TokenScope.Read]), null, default)).Value!;
        Assert.Equal(bank.Clock.GetUtcNow().AddHours(12), made.ExpiresAt);
        Assert.Equal("session.break_glass,access_token.created", await bank.Database.ScalarAsync<string>("select string_agg(action, ',' order by sequence) from (select * from audit_event order by sequence desc limit 2) e"));
    }

    [Fact]
    public async Task When_a_token_and_a_session_were_last_used_is_written_also_when_it_could_not_be_at_first()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var (tokens, live) = (bank.Use<AccessTokens>(), bank.Use<LiveSessions>());
        var token = (await tokens.CreateAsync(bank.Dirk, new("ci", 10, [TokenScope.Read]), null, default)).Value!;
        StartedSession session;
        await using (var db = await bank.OpenAsync())
            session = await bank.Use<StartSession>().ExecuteAsync(await db.People.SingleAsync(p => p.Id == bank.Dirk.Id), new("127.0.0.1", "Firefox"), null, default);
        Assert.Null(Assert.Single(await tokens.ListAsync(bank.Dirk, default)).LastUsedAt);

        bank.Clock.Advance(TimeSpan.FromMinutes(7));
        var used = bank.Clock.GetUtcNow();
        Assert.NotNull(await tokens.AuthenticateAsync(token.Value, default));
        Assert.NotNull(await live.FindAsync(session.Secret, used: true, default));
        bank.Clock.Advance(TimeSpan.FromMinutes(2));
        // A page that asks for itself again is no use by a person.
        Assert.NotNull(await live.FindAsync(session.Secret, used: false, default));
        using (var gone = new CancellationTokenSource())
        {
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => live.WriteSeenAsync(gone.Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tokens.WriteUsedAsync(gone.Token));
        }

        await live.WriteSeenAsync(default);
        await tokens.WriteUsedAsync(default);

        Assert.Equal(used, Assert.Single(await tokens.ListAsync(bank.Dirk, default)).LastUsedAt);
        Assert.Equal(used, Assert.Single((await bank.Use<SessionReader>().ListAsync(bank.Dirk.Id, new PageRequest(), default)).Items).LastSeenAt);
    }
}
