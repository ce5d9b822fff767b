using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 7009 and RFC 7662.</summary>
public sealed class RevocationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Revoke = TokenPlane.RevocationPath;
    private const string Introspect = TokenPlane.IntrospectionPath;

    [Fact]
    [Standard("RFC 7662 §2.2")]
    public async Task RFC_7662_section_2_2_an_active_token_is_described()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var token = await TokenAsync(server, bank);
        var answer = await AskAsync(server, Introspect, bank.App, token.Token);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.True(answer.Body.GetProperty("active").GetBoolean());
        Assert.Equal("Bearer", answer.Body.GetProperty("token_type").GetString());
        foreach (var name in new[] { "iss", "aud", "sub", "client_id", "iat", "exp", "jti", "env", "ops", "scope", "rev" })
            Assert.Equal(token.Claims.GetProperty(name).GetRawText(), answer.Body.GetProperty(name).GetRawText());
    }

    [Fact]
    [Standard("RFC 7662 §2.1")]
    [Standard("RFC 7009 §2.1")]
    public async Task RFC_7662_section_2_1_and_RFC_7009_section_2_1_the_caller_proves_who_it_is()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var token = (await TokenAsync(server, bank)).Token;
        foreach (var path in new[] { Revoke, Introspect })
        {
            Assert.Equal(("invalid_client", 401), Brief(await server.PostToAsync(path, null, null, [("token", token)])));
            Assert.Equal(("invalid_client", 401), Brief(await server.PostToAsync(path, bank.App.ClientId, "wrong", [("token", token)])));
            Assert.Equal(("invalid_request", 400), Brief(await server.PostToAsync(path, bank.App.ClientId, bank.App.Secret, [])));
            Assert.Equal(("invalid_request", 400), Brief(await server.PostToAsync(path, bank.App.ClientId, bank.App.Secret, [("token", token), ("token", token)])));
            Assert.Equal(405, (int)(await server.Http.GetAsync(path)).StatusCode);
        }
        Assert.True(await IsActiveAsync(server, bank.App, token));
    }

    [Fact]
    [Standard("RFC 7009 §2")]
    public async Task RFC_7009_section_2_a_revoked_token_is_inactive_here_at_once_and_at_every_replica_soon()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        await using var replica = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        var (token, kept) = ((await TokenAsync(server, bank)).Token, (await TokenAsync(server, bank)).Token);
        Assert.True(await IsActiveAsync(replica, bank.App, token));

        // §2.1: whatever the hint says.
        var answer = await server.PostToAsync(Revoke, bank.App.ClientId, bank.App.Secret, [("token", token), ("token_type_hint", "refresh_token")]);
        Assert.Equal(200, answer.Status);
        Assert.False(await IsActiveAsync(server, bank.App, token));
        await replica.UntilAsync(async () => !await IsActiveAsync(replica, bank.App, token), TimeSpan.FromSeconds(5));
        await using var late = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        await late.UntilAsync(async () => !await IsActiveAsync(late, bank.App, token), TimeSpan.FromSeconds(5));
        Assert.True(await IsActiveAsync(replica, bank.App, kept));
    }

    [Fact]
    [Standard("RFC 7009 §2.1")]
    [Standard("RFC 7009 §2.2")]
    public async Task RFC_7009_section_2_2_nonsense_is_revoked_already_and_section_2_1_another_clients_token_is_not_touched()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var other = await RegisterAsync(bank, "channels", bank.Dirk);
        await using var server = await TokenServer.StartAsync(bank);
        var token = (await TokenAsync(server, bank)).Token;
        foreach (var nonsense in new[] { "x", token[..^2], token + "A", "a.b.c", new string('x', 20_000) })
            Assert.Equal(200, (await AskAsync(server, Revoke, bank.App, nonsense)).Status);
        Assert.Equal(("unauthorized_client", 400), Brief(await AskAsync(server, Revoke, other, token)));
        Assert.True(await IsActiveAsync(server, bank.App, token));
    }

    [Fact]
    [Standard("RFC 7009 §2.2.1")]
    public async Task RFC_7009_section_2_2_1_without_the_database_a_revocation_is_not_promised()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var (token, before) = ((await TokenAsync(server, bank)).Token, (await TokenAsync(server, bank)).Token);
        await AskAsync(server, Revoke, bank.App, before);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            var answer = await AskAsync(server, Revoke, bank.App, token);
            Assert.Equal(("temporarily_unavailable", 503), Brief(answer));
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.True(await IsActiveAsync(server, bank.App, token));
            Assert.False(await IsActiveAsync(server, bank.App, before));
        }
    }

    [Fact]
    [Standard("RFC 7662 §2.2")]
    [Standard("RFC 7662 §4")]
    public async Task RFC_7662_section_2_2_inactive_says_only_that_to_everybody_else_and_about_everything_else()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var stranger = await RegisterAsync(bank, "channels", bank.Dirk);
        var provider = await RegisterAsync(bank, "payments", bank.Olivia);
        await using var server = await TokenServer.StartAsync(bank);
        var token = (await TokenAsync(server, bank)).Token;
        var control = (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", "urn:marketplace:control"))).Token;

        // The team whose API it is for may ask; any other may not.
        Assert.True(await IsActiveAsync(server, provider, token));
        Assert.True(await IsActiveAsync(server, bank.App, control));
        await SaysOnlyInactiveAsync(stranger, token);
        await SaysOnlyInactiveAsync(provider, control);
        // One signature in 256 ends so itself.
        var forged = token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BA" : "AA");
        foreach (var nonsense in new[] { "x", forged, "e30.e30.e30" })
            await SaysOnlyInactiveAsync(bank.App, nonsense);
        bank.Clock.Advance(TimeSpan.FromSeconds(300));
        await SaysOnlyInactiveAsync(bank.App, token);

        async Task SaysOnlyInactiveAsync(RegisteredApplication caller, string text)
        {
            var answer = await AskAsync(server, Introspect, caller, text);
            Assert.Equal((200, """{"active":false}"""), (answer.Status, answer.Body.GetRawText()));
        }
    }

    [Fact]
    [Standard("RFC 7662 §2.2")]
    public async Task RFC_7662_section_2_2_only_what_still_stands_is_told()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var token = (await TokenAsync(server, bank)).Token;
        await EndAsync("createPayment");
        Assert.Equal("getPayment", (await AskAsync(server, Introspect, bank.App, token)).Body.GetProperty("scope").GetString());
        await EndAsync("getPayment");
        Assert.False(await IsActiveAsync(server, bank.App, token));

        async Task EndAsync(string operation)
        {
            var grant = (await bank.GrantsAsync()).Single(g => g.Operation == operation);
            Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Over.", default)).Succeeded);
            await server.SettleAsync(bank);
        }
    }

    [Fact]
    public async Task A_revoked_id_is_kept_until_its_token_expires_and_no_longer()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using (var server = await TokenServer.StartAsync(bank))
            await AskAsync(server, Revoke, bank.App, (await TokenAsync(server, bank)).Token);
        bank.Clock.Advance(TimeSpan.FromSeconds(299));
        await using (var second = await TokenServer.StartAsync(bank))
            Assert.Equal(1, await bank.Database.ScalarAsync<long>("select count(*) from revoked_token"));
        bank.Clock.Advance(TimeSpan.FromSeconds(2));
        await using var third = await TokenServer.StartAsync(bank);
        await third.UntilAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from revoked_token") == 0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_replica_that_slept_learns_what_was_revoked_meanwhile()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var token = await TokenAsync(server, bank);
        Assert.True(await IsActiveAsync(server, bank.App, token.Token));
        await bank.Database.ExecuteAsync(
            $"insert into revoked_token (jti, revoked_at, expires_at) select decode('{Hex(token)}', 'hex'), now() - interval '1 minute', now() + interval '100 years'");
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        await server.UntilAsync(async () => !await IsActiveAsync(server, bank.App, token.Token), TimeSpan.FromSeconds(5));

        static string Hex(TokenAnswer answer) => Jose.Base64Url.TryDecode(answer.Claims.GetProperty("jti").GetString(), out var id) ? Convert.ToHexString(id) : "";
    }

    private static (string?, int) Brief(TokenAnswer answer) => (answer.Error, answer.Status);

    private static async Task<RegisteredApplication> RegisterAsync(Bank bank, string team, Core.People.Actor actor) =>
        (await bank.Use<RegisterApplication>().ExecuteAsync(actor, new(team, "Another", ""), default)).Value!;

    private static Task<TokenAnswer> TokenAsync(TokenServer server, Bank bank) =>
        server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", TokenServer.Production));

    private static Task<TokenAnswer> AskAsync(TokenServer server, string path, RegisteredApplication caller, string token) =>
        server.PostToAsync(path, caller.ClientId, caller.Secret, [("token", token)]);

    private static async Task<bool> IsActiveAsync(TokenServer server, RegisteredApplication caller, string token) =>
        (await AskAsync(server, Introspect, caller, token)).Body.GetProperty("active").GetBoolean();
}
