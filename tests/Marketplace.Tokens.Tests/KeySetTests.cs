using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>private_key_jwt with keys that the client publishes at a URL (RFC 7591 §2, jwks_uri): a real HTTPS server, followed as governance does.</summary>
public sealed class KeySetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly KeySetTimes Times = new();

    private readonly Jwk _first = Jwk.Generate(JwsAlgorithm.ES256);
    private readonly Jwk _second = Jwk.Generate(JwsAlgorithm.ES256);
    private KeySetServer _keys = null!;
    private Bank _bank = null!;
    private TokenServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = await KeySetServer.StartAsync(_first);
        _bank = await Bank.OpenAsync(postgres, _keys.Allowed);
        Assert.True((await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "keys", JwksUri: _keys.Url), default)).Succeeded);
        _server = await TokenServer.StartAsync(_bank);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bank.DisposeAsync();
        await _keys.DisposeAsync();
    }

    [Theory]
    [InlineData("client-credentials.mjs", JwsAlgorithm.ES256)]
    [InlineData("openid-client.mjs", JwsAlgorithm.PS256)]
    public async Task Other_peoples_clients_complete_private_key_jwt_with_a_key_from_the_url(string library, JwsAlgorithm algorithm)
    {
        var key = Jwk.Generate(algorithm).Named(algorithm);
        var named = key.ToPrivateJson().Replace(key.KeyId!, "cluster-west-2027", StringComparison.Ordinal);
        Assert.True(JwkJson.TryParse(named, out var renamed, out _));
        _keys.Publish(_first, renamed);
        await FollowAsync(Times.Usual);
        // Programs of others go by the real clock.
        _bank.Clock.Advance(TimeProvider.System.GetUtcNow() - _bank.Clock.GetUtcNow());
        await _bank.GrantAsync("getPayment");
        await _server.SettleAsync(_bank);
        var result = await NodeScript.RunAsync(
            library, [_server.Issuer, TokenServer.Production, _bank.App.ClientId, "private_key_jwt", "none"], null, named);
        Assert.Equal("getPayment", JsonDocument.Parse(result.Must()).RootElement.GetProperty("payload").GetProperty("scope").GetString());
    }

    [Fact]
    public async Task A_key_rotates_at_the_url_without_downtime()
    {
        Assert.Equal(200, await AskAsync(_first));
        Assert.Equal(401, await AskAsync(_second));

        _keys.Publish(_first, _second);
        await FollowAsync(Times.Usual);
        Assert.Equal((200, 200), (await AskAsync(_first), await AskAsync(_second)));

        _keys.Publish(_second);
        await FollowAsync(Times.Usual);
        Assert.Equal((401, 200), (await AskAsync(_first), await AskAsync(_second)));
    }

    [Fact]
    public async Task An_unknown_key_makes_the_set_be_fetched_soon_and_the_path_does_not_wait_for_it()
    {
        _keys.Publish(_first, _second);
        _bank.Clock.Advance(Times.Asked);
        var (before, began) = (_keys.Requests, TimeProvider.System.GetTimestamp());
        Assert.Equal(401, await AskAsync(_second));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < Busy.Allow(TimeSpan.FromSeconds(1)));
        Assert.Equal(before, _keys.Requests);

        await _server.UntilAsync(async () => await _bank.Use<KeySetFollower>().StepAsync(default) == 1, Soon);
        await _server.SettleAsync(_bank);
        Assert.Equal(200, await AskAsync(_second));
    }

    [Fact]
    public async Task Unknown_keys_without_end_are_no_way_to_make_us_flood_the_client()
    {
        _bank.Clock.Advance(Times.Asked);
        var before = _keys.Requests;
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(401, await AskAsync(_second));
            await _bank.Use<KeySetFollower>().StepAsync(default);
            await Task.Delay(100);
        }
        Assert.InRange(_keys.Requests - before, 1, 1);
    }

    [Fact]
    public async Task While_the_server_is_away_or_delivers_nonsense_the_old_keys_go_on()
    {
        await _keys.GoAwayAsync();
        await FollowAsync(Times.Usual);
        Assert.Equal(200, await AskAsync(_first));

        await _keys.ComeBackAsync();
        _keys.Say("<html>We are down for maintenance.</html>");
        await FollowAsync(Times.Longest);
        Assert.Equal(200, await AskAsync(_first));
    }

    [Fact]
    public async Task Neither_the_url_nor_the_database_is_asked_while_a_token_is_issued()
    {
        await _keys.GoAwayAsync();
        await using (await DatabaseOutage.BeginAsync(_bank.Database))
        {
            await _server.UntilAsync(async () => await AskAsync(_first) == 200, Soon);
            for (var i = 0; i < 20; i++)
                Assert.Equal(200, await AskAsync(_first));
        }
    }

    [Fact]
    public async Task A_key_of_one_client_is_of_no_use_to_another()
    {
        var other = (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Dirk, new("channels", "Other app", "", _second.ToJson()), default)).Value!;
        await _server.SettleAsync(_bank);
        Assert.Equal(401, await AskAsync(_first, other.ClientId));
        Assert.Equal(401, await AskAsync(_second));
    }

    [Fact]
    public async Task Two_sets_may_call_different_keys_the_same()
    {
        _keys.Say(new JwkSet([_first]).ToJson().Replace(_first.KeyId!, "1", StringComparison.Ordinal));
        await FollowAsync(Times.Usual);
        // As if it came from another URL.
        var id = (await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "west", JwksUri: _keys.Url), default)).Value!.Id;
        await _bank.Database.ExecuteAsync(
            $"update client_key_set set keys = '{new JwkSet([_second]).ToJson().Replace(_second.KeyId!, "1", StringComparison.Ordinal)}' where credential_id = '{id}';"
            + "update policy_head set revision = revision + 1; insert into policy_change (revision, position, kind, at) select revision, 1, 'all', now() from policy_head");
        await _server.SettleAsync(_bank);
        Assert.Equal((200, 200), (await AskAsync(_first, keyId: "1"), await AskAsync(_second, keyId: "1")));
    }

    private async Task FollowAsync(TimeSpan later)
    {
        _bank.Clock.Advance(later);
        Assert.Equal(1, await _bank.Use<KeySetFollower>().StepAsync(default));
        await _server.SettleAsync(_bank);
    }

    private async Task<int> AskAsync(Jwk key, string? clientId = null, string? keyId = null)
    {
        clientId ??= _bank.App.ClientId;
        var now = _bank.Clock.GetUtcNow().ToUnixTimeSeconds();
        if (keyId is not null)
            Assert.True(JwkJson.TryParse(key.ToPrivateJson().Replace(key.KeyId!, keyId, StringComparison.Ordinal), out key!, out _));
        var assertion = new JwsSigner(key, JwsAlgorithm.ES256, "JWT").Sign(
            $$"""{"iss":"{{clientId}}","sub":"{{clientId}}","aud":"{{_server.Issuer}}","jti":"{{Guid.NewGuid()}}","exp":{{now + 60}}}""");
        var answer = await _server.PostAsync(
            null, null, ("grant_type", "client_credentials"), ("client_assertion", assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("resource", TokenPlaneOptions.ControlAudience));
        return answer.Status;
    }
}
