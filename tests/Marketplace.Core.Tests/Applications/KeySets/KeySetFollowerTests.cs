using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Audit;
using Marketplace.Jose;
using Marketplace.Testing;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Marketplace.Core.Tests.Applications.KeySets;

public sealed class KeySetFollowerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly KeySetTimes Times = new();
    private static readonly Jwk First = Jwk.Generate(JwsAlgorithm.ES256);
    private static readonly Jwk Second = Jwk.Generate(JwsAlgorithm.ES256);

    private KeySetServer _server = null!;
    private Bank _bank = null!;
    private Guid _id;

    public async ValueTask InitializeAsync()
    {
        _server = await KeySetServer.StartAsync(First);
        _bank = await Bank.OpenAsync(postgres, _server.Allowed);
        _id = (await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "keys", JwksUri: _server.Url), default)).Value!.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _bank.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_change_is_on_record_and_a_policy_revision_and_no_change_is_neither()
    {
        var (revision, events) = (await RevisionAsync(), await EventsAsync());
        await LaterAsync(Times.Usual);
        Assert.Equal((revision, events), (await RevisionAsync(), await EventsAsync()));

        _server.Publish(First, Second);
        await LaterAsync(Times.Usual);
        Assert.Equal((revision + 1, events + 1), (await RevisionAsync(), await EventsAsync()));
        Assert.Equal([First.KeyId!, Second.KeyId!], (await SetAsync()).KeyIds);
        Assert.Equal("Marketplace", await _bank.Database.ScalarAsync<string>("select actor from audit_event where action = 'credential.keys_changed'"));
        Assert.Contains(Second.KeyId!, await _bank.Database.ScalarAsync<string>("select content from audit_event where action = 'credential.keys_changed'"), StringComparison.Ordinal);
        Assert.Null(await _bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task It_asks_again_when_the_server_says_within_bounds()
    {
        var wait = 900;
        foreach (var (cacheControl, seconds) in new[] { ("max-age=1", 60), ("max-age=600", 600), ("max-age=864000", 3600), ("no-store", 60), (null, 900) })
        {
            _server.Say(new JwkSet([First]).ToJson(), cacheControl);
            Assert.Equal(0, await LaterAsync(TimeSpan.FromSeconds(wait - 1)));
            Assert.Equal(1, await LaterAsync(TimeSpan.FromSeconds(1)));
            wait = seconds;
        }
        Assert.Equal(0, await LaterAsync(TimeSpan.FromSeconds(wait - 1)));
        Assert.Equal(1, await LaterAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Who_asks_for_it_is_heard_at_once_and_then_no_more_than_every_few_seconds()
    {
        _bank.Clock.Advance(Times.Asked);
        Assert.True((await _bank.Use<RefreshKeySet>().ExecuteAsync(_bank.Dirk, _bank.App.ClientId, _id, default)).Succeeded);
        Assert.Equal(1, await LaterAsync(TimeSpan.Zero));
        Assert.True((await _bank.Use<RefreshKeySet>().ExecuteAsync(_bank.Dirk, _bank.App.ClientId, _id, default)).Succeeded);
        Assert.Equal(0, await LaterAsync(Times.Asked - TimeSpan.FromSeconds(1)));
        Assert.Equal(1, await LaterAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal(Problem.NotFound, (await _bank.Use<RefreshKeySet>().ExecuteAsync(_bank.Olivia, _bank.App.ClientId, _id, default)).Problems.Single().Code);
    }

    [Fact]
    public async Task What_is_not_delivered_changes_no_key_and_is_shown_with_since_when()
    {
        var revision = await RevisionAsync();
        await _server.GoAwayAsync();
        await LaterAsync(Times.Usual);
        var since = _bank.Clock.GetUtcNow();
        await _server.ComeBackAsync();
        _server.Say("{\"keys\":");
        await LaterAsync(Times.Shortest);

        var set = await SetAsync();
        Assert.Equal([First.KeyId!], set.KeyIds);
        Assert.Equal((since, _bank.Clock.GetUtcNow(), revision), (set.FailingSince, set.CheckedAt, await RevisionAsync()));
        Assert.Contains("no JWK Set", set.Failure, StringComparison.Ordinal);
        Assert.True(set.FetchedAt < since);

        _server.Publish(First);
        await LaterAsync(Times.Shortest);
        Assert.Equal((null, null), ((await SetAsync()).FailingSince, (await SetAsync()).Failure));
    }

    [Fact]
    public async Task The_longer_it_fails_the_less_often_it_is_asked_up_to_a_bound()
    {
        await _server.GoAwayAsync();
        await LaterAsync(Times.Usual);
        Assert.Equal(1, await LaterAsync(Times.Shortest));
        for (var wait = Times.Shortest; wait < Times.Longest; wait *= 2)
        {
            Assert.Equal(0, await LaterAsync(wait - TimeSpan.FromSeconds(1)));
            Assert.Equal(1, await LaterAsync(TimeSpan.FromSeconds(1)));
        }
        await LaterAsync(TimeSpan.FromDays(30));
        Assert.Equal(1, await LaterAsync(Times.Longest));
    }

    [Fact]
    public async Task The_team_is_told_once_for_each_time_that_it_keeps_failing()
    {
        const string Told = "select count(*) from inbox_entry e join notification n on n.id = e.notification_id where n.kind = 'key_set_failing'";
        await _server.GoAwayAsync();
        for (var minute = 0; minute < 180; minute++)
        {
            await LaterAsync(TimeSpan.FromMinutes(1));
            if (minute == 20)
                Assert.Equal(0, await _bank.Database.ScalarAsync<long>(Told));
        }
        // Carla and Dirk.
        Assert.Equal(2, await _bank.Database.ScalarAsync<long>(Told));
        var text = await _bank.Database.ScalarAsync<string>("select subject || text || link from notification where kind = 'key_set_failing'");
        Assert.Contains(_server.Url, text, StringComparison.Ordinal);
        Assert.Contains((await SetAsync()).Failure!, text, StringComparison.Ordinal);
        Assert.EndsWith("/applications/" + _bank.App.ClientId, text, StringComparison.Ordinal);

        await _server.ComeBackAsync();
        await LaterAsync(Times.Longest);
        _server.Say("nonsense");
        await LaterAsync(Times.Usual);
        await LaterAsync(Times.Told);
        Assert.Equal(4, await _bank.Database.ScalarAsync<long>(Told));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_sets_of_one_team_or_at_one_host_take_turns_and_others_need_not_wait_for_them(bool sameHost)
    {
        await using var other = await KeySetServer.StartAsync(First);
        await using var bank = await Bank.OpenAsync(postgres, _server.Allowed with
        {
            AllowedInternalHosts = [.. _server.Allowed.AllowedInternalHosts, .. other.Allowed.AllowedInternalHosts],
            Authorities = [.. _server.Allowed.Authorities, .. other.Allowed.Authorities],
        });
        for (var i = 0; i < 9; i++)
            Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, $"keys {i}", JwksUri: $"{_server.Url}?{i}"), default)).Succeeded);
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var theirs = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Olivia, new("payments", "Ledger", ""), default)).Value!;
        var set = (await bank.Use<AddCredential>().ExecuteAsync(bank.Olivia, new(theirs.ClientId, "keys", JwksUri: sameHost ? _server.Url : other.Url), default)).Value!.Id;
        bank.Clock.Advance(Times.Usual);

        var follower = bank.Use<KeySetFollower>();
        async Task<bool> IsFetchedAsync() =>
            (await bank.Use<ApplicationReader>().FindAsync(bank.Olivia, theirs.ClientId, default))!.Credentials.Single(c => c.Id == set).KeySet!.FetchedAt == bank.Clock.GetUtcNow();
        Assert.Equal(sameHost ? 4 : 5, await follower.StepAsync(default));
        Assert.Equal(!sameHost, await IsFetchedAsync());
        Assert.Equal(4, await follower.StepAsync(default));
        Assert.Equal(sameHost ? 2 : 1, await follower.StepAsync(default));
        Assert.True(await IsFetchedAsync());
        Assert.Equal(0, await follower.StepAsync(default));
    }

    [Fact]
    public async Task A_set_without_keys_takes_all_away_and_a_published_private_key_counts_for_nothing()
    {
        _server.Say($"{{\"keys\":[{First.ToJson()},{Second.ToPrivateJson()}]}}");
        await LaterAsync(Times.Usual);
        Assert.Equal([First.KeyId!], (await SetAsync()).KeyIds);
        Assert.Contains("private key", (await SetAsync()).Failure, StringComparison.Ordinal);

        _server.Publish();
        await LaterAsync(Times.Usual);
        Assert.Empty((await SetAsync()).KeyIds);
        Assert.Contains("no key", (await SetAsync()).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_that_act_at_once_fetch_once()
    {
        var before = _server.Requests;
        _bank.Clock.Advance(Times.Usual);
        var fetched = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _bank.Use<KeySetFollower>().StepAsync(default)));
        Assert.Equal((1, before + 1), (fetched.Sum(), _server.Requests));
    }

    [Fact]
    public async Task A_set_that_another_replica_has_in_hand_is_passed_over_without_waiting()
    {
        _bank.Clock.Advance(Times.Usual);
        await using (var other = await _bank.Database.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await other.BeginTransactionAsync();
            await using var take = new NpgsqlCommand("select 1 from client_key_set for update", other);
            await take.ExecuteNonQueryAsync();
            Assert.Equal(0, await LaterAsync(TimeSpan.Zero).WaitAsync(Busy.Allow(TimeSpan.FromSeconds(20))));
        }
        Assert.Equal(1, await LaterAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task One_that_dies_while_it_fetches_is_followed_by_another()
    {
        using var stop = new CancellationTokenSource();
        _server.Answer = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        _bank.Clock.Advance(Times.Usual);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bank.Use<KeySetFollower>().StepAsync(stop.Token));
        _server.Publish(Second);
        Assert.Equal(0, await LaterAsync(Times.Lease - TimeSpan.FromSeconds(1)));
        Assert.Equal(1, await LaterAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal([Second.KeyId!], (await SetAsync()).KeyIds);
    }

    [Fact]
    public async Task A_revoked_credential_is_fetched_no_more()
    {
        var before = _server.Requests;
        Assert.True((await _bank.Use<RevokeCredential>().ExecuteAsync(_bank.Dirk, _bank.App.ClientId, _id, default)).Succeeded);
        await LaterAsync(TimeSpan.FromDays(1));
        Assert.Equal(0, await LaterAsync(TimeSpan.FromDays(1)));
        Assert.Equal(before, _server.Requests);
    }

    [Theory]
    [InlineData("Location", "//[")]
    [InlineData("Location", "https://[::1")]
    [InlineData("Content-Encoding", "br")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Encoding", "deflate")]
    public async Task Whatever_one_server_answers_the_sets_of_others_are_followed(string header, string value)
    {
        Assert.True((await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "hostile", JwksUri: _server.Url + "?hostile"), default)).Succeeded);
        _server.Answer = async context =>
        {
            if (!context.Request.QueryString.HasValue)
            {
                // The other one has failed by then.
                await Task.Delay(300);
                await context.Response.WriteAsync(new JwkSet([Second]).ToJson());
                return;
            }
            context.Response.StatusCode = header == "Location" ? 302 : 200;
            context.Response.Headers[header] = value;
            await context.Response.WriteAsync("not compressed at all");
        };
        Assert.Equal(2, await LaterAsync(Times.Usual));
        Assert.Equal([Second.KeyId!], (await SetAsync()).KeyIds);
        var credentials = (await _bank.Use<ApplicationReader>().FindAsync(_bank.Dirk, _bank.App.ClientId, default))!.Credentials;
        Assert.NotNull(credentials.Single(c => c.Label == "hostile").KeySet!.Failure);
    }

    [Fact]
    public async Task A_key_may_be_called_anything_that_JSON_can_say()
    {
        _server.Say(First.ToJson().Replace($"\"{First.KeyId}\"", "\"\\u0000\\u202e'\"", StringComparison.Ordinal) is var key ? $"{{\"keys\":[{key}]}}" : "");
        Assert.Equal(1, await LaterAsync(Times.Usual));
        Assert.Equal(["\0\u202e'"], (await SetAsync()).KeyIds);
    }

    private Task<int> LaterAsync(TimeSpan time)
    {
        _bank.Clock.Advance(time);
        return _bank.Use<KeySetFollower>().StepAsync(default);
    }

    private async Task<KeySetRow> SetAsync() =>
        (await _bank.Use<ApplicationReader>().FindAsync(_bank.Dirk, _bank.App.ClientId, default))!.Credentials.Single(c => c.Id == _id).KeySet!;

    private Task<long> RevisionAsync() => _bank.Database.ScalarAsync<long>("select revision from policy_head");

    private Task<long> EventsAsync() => _bank.Database.ScalarAsync<long>("select count(*) from audit_event");
}
