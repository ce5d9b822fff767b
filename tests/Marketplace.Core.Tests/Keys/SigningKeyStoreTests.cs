using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Jose;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Keys;

public sealed class SigningKeyStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly MasterKey _masterKey = new(RandomNumberGenerator.GetBytes(MasterKey.Length));
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Replicas_that_start_at_once_agree_on_one_active_and_one_standby_key()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var rings = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Store(database).LoadOrCreateAsync(default)));
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from signing_key"));
        Assert.Single(rings.Select(ring => ring.CreateSigner("t").KeyId).Distinct());
        Assert.All(rings, ring => Assert.Equal(rings[0].Published.ToJson(), ring.Published.ToJson()));
        Assert.Equal(rings[0].CreateSigner("t").KeyId, rings[0].Published.Keys[0].KeyId);
    }

    [Fact]
    public async Task The_first_keys_are_on_the_audit_trail_once_and_a_policy_revision_tells_of_them()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var before = await database.ScalarAsync<long>("select revision from policy_head");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store(database).LoadOrCreateAsync(default)));
        Assert.Equal(
            "signing_key.activated active, signing_key.put_on_standby standby",
            await database.ScalarAsync<string>("select string_agg(e.action || ' ' || k.state, ', ' order by e.sequence) from audit_event e join signing_key k on e.subject_id = k.kid"));
        Assert.Equal(before + 1, await database.ScalarAsync<long>("select revision from policy_head"));
    }

    [Fact]
    public async Task What_one_replica_signs_another_verifies_after_a_restart()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var token = (await Store(database).LoadOrCreateAsync(default)).CreateSigner("at+jwt").Sign("{}");
        var ring = await Store(database).LoadAsync(default);
        Assert.True(ring!.CreateVerifier().Verify(token, JwsExpectation.OfType("at+jwt")).IsValid);
    }

    [Fact]
    public async Task The_database_holds_no_private_key_in_the_clear()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await Store(database).LoadOrCreateAsync(default);
        var dump = await database.ScalarAsync<string>("select string_agg(k::text || encode(private_key, 'escape'), '') from signing_key k");
        Assert.Contains("\"kty\"", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_master_key_or_an_exchanged_row_opens_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await Store(database).LoadOrCreateAsync(default);
        var other = new SigningKeyStore(database.DataSource, new MasterKey(RandomNumberGenerator.GetBytes(32)), _clock);
        await Assert.ThrowsAsync<MasterKeyException>(() => other.LoadAsync(default));

        await database.ExecuteAsync(
            "update signing_key set private_key = (select private_key from signing_key where state = 'standby') where state = 'active'");
        await Assert.ThrowsAsync<MasterKeyException>(() => Store(database).LoadAsync(default));
    }

    [Fact]
    public async Task The_control_plane_may_read_keys_and_not_make_them()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var control = NpgsqlDataSource.Create(PlaneData.UnderRole(database.ConnectionString, Plane.Control));
        await using var token = NpgsqlDataSource.Create(PlaneData.UnderRole(database.ConnectionString, Plane.Token));
        Assert.Null(await new SigningKeyStore(control, _masterKey, _clock).LoadAsync(default));
        await Assert.ThrowsAsync<PostgresException>(() => new SigningKeyStore(control, _masterKey, _clock).LoadOrCreateAsync(default));
        await new SigningKeyStore(token, _masterKey, _clock).LoadOrCreateAsync(default);
        Assert.NotNull(await new SigningKeyStore(control, _masterKey, _clock).LoadAsync(default));
    }

    [Fact]
    public void A_sealed_box_opens_only_whole_and_under_its_own_name()
    {
        using var box = new SealedBox(_masterKey, "test");
        var sealedBytes = box.Seal("secret"u8, "row");
        Assert.Equal("secret", Encoding.UTF8.GetString(box.Open(sealedBytes, "row")));
        Assert.Throws<MasterKeyException>(() => box.Open(sealedBytes, "other row"));
        Assert.Throws<MasterKeyException>(() => box.Open(sealedBytes.AsSpan(0, 10), "row"));
        sealedBytes[^1] ^= 1;
        Assert.Throws<MasterKeyException>(() => box.Open(sealedBytes, "row"));
    }

    private SigningKeyStore Store(TestDatabase database) => new(database.DataSource, _masterKey, _clock);
}
