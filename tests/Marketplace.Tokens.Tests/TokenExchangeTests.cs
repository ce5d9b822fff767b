using Marketplace.Contracts.Policy;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 8693: the mobile app calls payments, and the payments service calls the ledger for it.</summary>
public sealed class TokenExchangeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    [Fact]
    [Standard("RFC 8693 §2.2.1")]
    [Standard("RFC 8693 §4.1")]
    public async Task Section_4_1_the_token_says_for_whom_and_who_acts_and_holds_the_intersection()
    {
        await using var bank = await ChainAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var subject = await SubjectTokenAsync(server, bank);
        bank.Clock.Advance(TimeSpan.FromSeconds(100));
        var answer = await ExchangeAsync(server, subject);
        Assert.Equal(200, answer.Status);
        // §2.2.1.
        Assert.Equal(AccessToken, answer.Body.GetProperty("issued_token_type").GetString());
        Assert.Equal("Bearer", answer.Body.GetProperty("token_type").GetString());
        Assert.Equal("readEntry", answer.Body.GetProperty("scope").GetString());
        var claims = answer.Claims;
        Assert.Equal(bank.App.ClientId, claims.GetProperty("sub").GetString());
        Assert.Equal(_service.ClientId, claims.GetProperty("client_id").GetString());
        Assert.Equal($$"""{"sub":"{{_service.ClientId}}"}""", claims.GetProperty("act").GetRawText());
        Assert.Equal(Ledger.Production, claims.GetProperty("aud").GetString());
        Assert.Equal(OperationBitmap.Of(0).ToString(), claims.GetProperty("ops").GetString());
        // It does not outlive the call that it is part of.
        Assert.Equal(200, answer.Body.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    [Standard("RFC 8693 §2.1")]
    public async Task Never_wider_than_either_of_them_nor_than_the_request()
    {
        await using var bank = await ChainAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var subject = await SubjectTokenAsync(server, bank);
        // The app alone may closeDay, the service alone may bookEntry.
        foreach (var scope in new[] { "bookEntry", "closeDay", "readEntry bookEntry" })
            Assert.Equal((scope, "invalid_scope"), (scope, (await ExchangeAsync(server, subject, ("scope", scope))).Error));
        Assert.Equal(200, (await ExchangeAsync(server, subject, ("scope", "readEntry"))).Status);
        Assert.Equal("invalid_authorization_details", (await ExchangeAsync(server, subject,
            ("authorization_details", """[{"type":"urn:marketplace:operations","actions":["bookEntry"]}]"""))).Error);
        // A production call stays one: the sandbox of the same API is out of reach, whatever is granted there.
        Assert.Equal("invalid_target", (await ExchangeAsync(server, subject, ("resource", Ledger.Sandbox))).Error);
        Assert.Equal("invalid_target", (await ExchangeAsync(server, subject, ("resource", TokenPlaneOptions.ControlAudience))).Error);
        Assert.Equal("invalid_target", (await ExchangeAsync(server, subject, ("resource", "urn:nobody"))).Error);
    }

    [Fact]
    [Standard("RFC 8693 §2.2.2")]
    public async Task Section_2_2_2_what_is_no_acceptable_subject_token_is_an_invalid_request()
    {
        await using var bank = await ChainAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var subject = await SubjectTokenAsync(server, bank);
        foreach (var wrong in new[] { "x", "", subject[..^3], subject + "A", "e30.e30.e30" })
            Assert.Equal((wrong, "invalid_request"), (wrong, (await ExchangeAsync(server, wrong)).Error));
        foreach (var (name, value) in new[]
        {
            ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token"), ("subject_token_type", ""),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:saml2"), ("actor_token", subject), ("audience", "ledger"),
        })
            Assert.Equal((name, "invalid_request"), (name, (await ExchangeAsync(server, subject, (name, value))).Error));

        // Only the service that was called may call on with it: a stolen token is of no use to another team.
        var thief = await Ledger.RegisterAsync(bank, "channels", bank.Dirk, "Thief");
        await Ledger.GrantAsync(bank, bank.Dirk, thief, "production", "readEntry");
        await server.SettleAsync(bank);
        Assert.Equal("invalid_request", (await ExchangeAsync(server, subject, thief)).Error);

        // RFC 7009: what was revoked ends here too.
        await server.PostToAsync(TokenPlane.RevocationPath, bank.App.ClientId, bank.App.Secret, [("token", subject)]);
        Assert.Equal("invalid_request", (await ExchangeAsync(server, subject)).Error);
        var next = await SubjectTokenAsync(server, bank);
        Assert.Equal(200, (await ExchangeAsync(server, next)).Status);
        bank.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal("invalid_request", (await ExchangeAsync(server, next)).Error);
    }

    [Fact]
    [Standard("RFC 8693 §4.1")]
    public async Task Section_4_1_the_chain_nests_what_came_before_and_ends_after_four()
    {
        await using var bank = await ChainAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var token = await SubjectTokenAsync(server, bank);
        // The service hands its token to itself: what it may call is its own payments API.
        await bank.GrantAsync("createPayment");
        await bank.Database.ExecuteAsync(
            $"""
            update application set team_id = (select id from team where name = 'channels') where client_id = '{_service.ClientId}';
            """);
        await using var moved = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        // Now of the ledger's own team, it takes a ledger token round and round.
        var ledger = (await moved.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", Ledger.Production))).Token;
        Assert.NotEqual(token, ledger);
        for (var depth = 1; depth <= 4; depth++)
        {
            var answer = await ExchangeAsync(moved, ledger);
            Assert.Equal((depth, 200), (depth, answer.Status));
            var chain = answer.Claims.GetProperty("act").GetRawText();
            Assert.Equal(depth, chain.Split("\"sub\"").Length - 1);
            Assert.Equal("readEntry", answer.Claims.GetProperty("scope").GetString());
            ledger = answer.Token;
        }
        Assert.Equal("invalid_request", (await ExchangeAsync(moved, ledger)).Error);
    }

    [Fact]
    public async Task A_narrow_token_for_the_same_resource_stays_narrow()
    {
        await using var bank = await ChainAsync();
        await bank.Database.ExecuteAsync($"update application set team_id = (select id from team where name = 'channels') where client_id = '{_service.ClientId}'");
        await Ledger.GrantAsync(bank, bank.Dirk, bank.App, "production", "bookEntry");
        await using var server = await TokenServer.StartAsync(bank);
        var narrow = (await server.PostAsync(bank.App.ClientId, bank.App.Secret,
            ("grant_type", "client_credentials"), ("resource", Ledger.Production), ("scope", "bookEntry"))).Token;
        Assert.Equal("bookEntry", (await ExchangeAsync(server, narrow)).Claims.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task What_introspection_calls_inactive_is_no_subject_token()
    {
        await using var bank = await ChainAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var subject = await SubjectTokenAsync(server, bank);
        var onward = (await ExchangeAsync(server, subject)).Token;
        // The ledger's own service takes what it was called with round once more.
        var ledger = await Ledger.RegisterAsync(bank, "channels", bank.Dirk, "Ledger service");
        await Ledger.GrantAsync(bank, bank.Dirk, ledger, "production", "readEntry");
        await server.SettleAsync(bank);
        Assert.Equal(200, (await ExchangeAsync(server, onward, ledger)).Status);

        Assert.True((await bank.Use<DisableApplication>().ExecuteAsync(bank.Olivia, _service.ClientId, disable: true, "Compromised.", default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Equal("invalid_request", (await ExchangeAsync(server, onward, ledger)).Error);
        Assert.True((await bank.Use<DisableApplication>().ExecuteAsync(bank.SecurityOfficer, _service.ClientId, disable: false, "Mended.", default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Equal(200, (await ExchangeAsync(server, subject)).Status);

        // The one call that the token was good for is granted no more.
        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "getPayment");
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Over.", default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Equal("invalid_request", (await ExchangeAsync(server, subject)).Error);
    }

    private RegisteredApplication _service = null!;

    private async Task<Bank> ChainAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        await Ledger.AddAsync(bank);
        await bank.GrantAsync("getPayment");
        _service = await Ledger.RegisterAsync(bank, "payments", bank.Olivia, "Payments service");
        await Ledger.GrantAsync(bank, bank.Dirk, bank.App, "production", "readEntry", "closeDay");
        await Ledger.GrantAsync(bank, bank.Dirk, bank.App, "sandbox", "readEntry");
        await Ledger.GrantAsync(bank, bank.Olivia, _service, "production", "readEntry", "bookEntry");
        await Ledger.GrantAsync(bank, bank.Olivia, _service, "sandbox", "readEntry");
        return bank;
    }

    private static async Task<string> SubjectTokenAsync(TokenServer server, Bank bank) => (await server.PostAsync(
        bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", TokenServer.Production))).Token;

    private Task<TokenAnswer> ExchangeAsync(TokenServer server, string subject, params (string Name, string Value)[] changed) =>
        ExchangeAsync(server, subject, _service, changed);

    private static Task<TokenAnswer> ExchangeAsync(
        TokenServer server, string subject, RegisteredApplication actor, params (string Name, string Value)[] changed)
    {
        (string Name, string Value)[] form = [("grant_type", GrantType), ("subject_token", subject), ("subject_token_type", AccessToken), ("resource", Ledger.Production)];
        return server.PostAsync(actor.ClientId, actor.Secret, [.. form.Where(p => changed.All(c => c.Name != p.Name)), .. changed]);
    }
}
