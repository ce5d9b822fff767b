using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.Policy;
using Marketplace.Jose;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Keys;

public sealed class SigningKeyRotationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly SigningKeyTimes Times = new();
    private Bank _bank = null!;
    private NpgsqlDataSource _tokenPlane = null!;

    public async ValueTask InitializeAsync()
    {
        _bank = await Bank.OpenAsync(postgres);
        _tokenPlane = NpgsqlDataSource.Create(PlaneData.UnderRole(_bank.Database.ConnectionString, Plane.Token));
        await Store.LoadOrCreateAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await _tokenPlane.DisposeAsync();
        await _bank.DisposeAsync();
    }

    [Fact]
    public async Task By_schedule_a_key_is_announced_a_day_ahead_then_active_then_retired_and_then_gone()
    {
        var first = await ActiveAsync();
        Assert.False(await StepAsync());

        _bank.Clock.Advance(Times.Active - Times.Announced);
        Assert.True(await StepAsync());
        var announced = await KidAsync("announced");
        Assert.Contains(announced, await PublishedAsync());
        Assert.Equal(first, await ActiveAsync());

        _bank.Clock.Advance(Times.Announced - TimeSpan.FromSeconds(1));
        Assert.False(await StepAsync());
        _bank.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await StepAsync());
        Assert.Equal(announced, await ActiveAsync());
        Assert.Equal("retired", await StateAsync(first));
        Assert.Contains(first, await PublishedAsync());

        _bank.Clock.Advance(Times.Retired - TimeSpan.FromSeconds(1));
        Assert.False(await StepAsync());
        _bank.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await StepAsync());
        Assert.Equal("gone", await StateAsync(first));
        Assert.DoesNotContain(first, await PublishedAsync());
    }

    [Fact]
    public async Task What_the_schedule_does_is_on_record_as_the_systems_doing()
    {
        var first = await ActiveAsync();
        _bank.Clock.Advance(Times.Active - Times.Announced);
        await StepAsync();
        var second = await KidAsync("announced");
        _bank.Clock.Advance(Times.Announced);
        await StepAsync();
        var at = _bank.Clock.GetUtcNow();
        _bank.Clock.Advance(Times.Retired);
        await StepAsync();

        var events = (await _bank.Use<AuditReader>().ListAsync(_bank.Auditor, new(SubjectKind: "signing_key"), new Core.Audit.AuditCursor(), default)).Items;
        Assert.Equal(
            [
                ("signing_key.removed", first), ("signing_key.activated", second), ("signing_key.announced", second),
                ("signing_key.put_on_standby", await KidAsync("standby")), ("signing_key.activated", first),
            ],
            events.Select(e => (e.Action, e.SubjectId)));
        Assert.All(events.Take(3), e => Assert.Equal(("Marketplace", "system", "By schedule."), (e.Actor, e.Source, e.Reason)));
        Assert.Equal(at, events[1].At);
        Assert.Contains($"\"replaced\":\"{first}\"", await _bank.Database.ScalarAsync<string>("select content from audit_event where action = 'signing_key.activated' order by sequence desc limit 1"), StringComparison.Ordinal);
        Assert.Null(await _bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task What_was_asked_for_is_on_record_with_the_reason_and_the_chain_holds_on_both_sides()
    {
        _bank.Clock.Advance(Times.Known);
        await AskAsync();
        await StepAsync();
        await _bank.RequestAsync("getPayment");
        Assert.Equal("Asked for: Drill.", await _bank.Database.ScalarAsync<string>("select reason from audit_event where action = 'signing_key.activated' order by sequence desc limit 1"));
        Assert.Equal("By schedule.", await _bank.Database.ScalarAsync<string>("select reason from audit_event where action = 'signing_key.put_on_standby' order by sequence desc limit 1"));
        Assert.Null(await _bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task The_token_plane_can_speak_of_nothing_but_signing_keys_in_the_audit_trail()
    {
        foreach (var statement in new[] { "select signing_key_audited(now(), 'grant.revoked', 'x', null, null)", "insert into audit_event select * from audit_event", "update audit_head set sequence = 0" })
        {
            await using var command = _tokenPlane.CreateCommand(statement);
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }
    }

    [Fact]
    public async Task A_key_that_was_announced_late_signs_no_sooner_for_that()
    {
        var first = await ActiveAsync();
        _bank.Clock.Advance(Times.Active + TimeSpan.FromDays(10));
        await StepAsync();
        _bank.Clock.Advance(Times.Announced - TimeSpan.FromSeconds(1));
        await StepAsync();
        Assert.Equal(first, await ActiveAsync());
        _bank.Clock.Advance(TimeSpan.FromSeconds(1));
        await StepAsync();
        Assert.NotEqual(first, await ActiveAsync());
    }

    [Fact]
    public async Task In_an_emergency_the_standby_signs_and_another_stands_by()
    {
        var (first, standby) = (await ActiveAsync(), await KidAsync("standby"));
        _bank.Clock.Advance(Times.Known);
        await AskAsync();
        var revision = await RevisionAsync();

        Assert.True(await StepAsync());
        Assert.Equal(standby, await ActiveAsync());
        Assert.NotEqual(standby, await KidAsync("standby"));
        Assert.Contains(first, await PublishedAsync());
        Assert.Equal(revision + 1, await RevisionAsync());
        Assert.Equal(PolicyChangeKind.SigningKeys, await _bank.Database.ScalarAsync<string>($"select kind from policy_change where revision = {revision + 1}"));
        Assert.False(await StepAsync());
    }

    [Fact]
    public async Task A_successor_waits_until_every_cache_knows_it()
    {
        var first = await ActiveAsync();
        await AskAsync();
        _bank.Clock.Advance(Times.Known - TimeSpan.FromSeconds(1));
        await StepAsync();
        Assert.Equal(first, await ActiveAsync());
        _bank.Clock.Advance(TimeSpan.FromSeconds(1));
        await StepAsync();
        Assert.NotEqual(first, await ActiveAsync());
    }

    [Fact]
    public async Task A_compromised_key_is_gone_at_once()
    {
        var first = await ActiveAsync();
        var stolen = (await Store.LoadAsync(default))!.CreateSigner("at+jwt").Sign("{}");
        await AskAsync();
        Assert.True((await _bank.Use<RequestKeyRotation>().ExecuteAsync(_bank.SecurityOfficer, new("Found in a log.", true), default)).Succeeded);

        Assert.True(await StepAsync());
        Assert.Equal("gone", await StateAsync(first));
        Assert.False((await Store.LoadAsync(default))!.CreateVerifier().Verify(stolen, JwsExpectation.OfType("at+jwt")).IsValid);
        Assert.False(await StepAsync());
    }

    [Fact]
    public async Task A_key_that_signs_no_more_has_no_private_part_any_more()
    {
        _bank.Clock.Advance(Times.Known);
        await AskAsync();
        await StepAsync();
        Assert.Equal(0L, await _bank.Database.ScalarAsync<long>("select count(*) from signing_key where state = 'retired' and private_key is not null"));
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from signing_key where state = 'retired'"));
    }

    [Fact]
    public async Task Replicas_that_act_at_once_replace_a_key_once()
    {
        var standby = await KidAsync("standby");
        _bank.Clock.Advance(Times.Known);
        await AskAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StepAsync()));
        Assert.Equal(standby, await ActiveAsync());
        Assert.Equal(3L, await _bank.Database.ScalarAsync<long>("select count(*) from signing_key"));
    }

    [Fact]
    public async Task Only_administrators_and_security_officers_may_ask_once_and_it_is_on_record()
    {
        foreach (var actor in new[] { _bank.Olivia, _bank.Auditor })
            Assert.Equal(Problem.Forbidden, (await _bank.Use<RequestKeyRotation>().ExecuteAsync(actor, new("Drill.", false), default)).Problems[0].Code);
        await AskAsync();
        Assert.Equal(Problem.Conflict, (await _bank.Use<RequestKeyRotation>().ExecuteAsync(_bank.Admin, new("Again.", false), default)).Problems[0].Code);
        Assert.Equal("Drill.", await _bank.Database.ScalarAsync<string>("select reason from audit_event where action = 'signing_key.rotation_requested'"));
    }

    [Fact]
    public async Task Governance_neither_writes_keys_nor_reads_what_is_sealed()
    {
        await using var governance = NpgsqlDataSource.Create(PlaneData.UnderRole(_bank.Database.ConnectionString, Plane.Governance));
        foreach (var statement in new[] { "update signing_key set state = 'gone'", "delete from signing_key", "select private_key from signing_key", "select signing_keys_changed(now())", "select signing_key_audited(now(), 'signing_key.removed', 'x', null, null)" })
        {
            await using var command = governance.CreateCommand(statement);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    private SigningKeyStore Store => new(_tokenPlane, _bank.Use<MasterKey>(), _bank.Clock);

    private Task<bool> StepAsync() => new SigningKeyRotation(_tokenPlane, _bank.Use<MasterKey>(), Times, _bank.Clock).StepAsync(default);

    private async Task AskAsync() =>
        Assert.True((await _bank.Use<RequestKeyRotation>().ExecuteAsync(_bank.SecurityOfficer, new("Drill.", false), default)).Succeeded);

    private async Task<string> ActiveAsync()
    {
        var kid = await KidAsync("active");
        Assert.Equal(kid, (await Store.LoadAsync(default))!.CreateSigner("t").KeyId);
        return kid;
    }

    private async Task<string> KidAsync(string state) => (await _bank.Database.ScalarAsync<string>($"select kid from signing_key where state = '{state}'"))!;

    private async Task<string> StateAsync(string kid) => (await _bank.Database.ScalarAsync<string>($"select state from signing_key where kid = '{kid}'"))!;

    private async Task<IEnumerable<string>> PublishedAsync() => (await Store.LoadAsync(default))!.Published.Keys.Select(key => key.KeyId!);

    private Task<long> RevisionAsync() => _bank.Database.ScalarAsync<long>("select revision from policy_head");
}
