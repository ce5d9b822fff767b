using System.Security.Cryptography;
using Marketplace.Core.Keys;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Keys;

public sealed class MasterKeyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string _folder = TestFolder.Create("keys");

    private MasterKeySource Embedded => new() { File = Path.Combine(_folder, "master.key"), MayGenerate = true };

    [Fact]
    public async Task The_embedded_default_makes_a_key_file_once_and_reads_it_ever_after()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var first = await Embedded.OpenAsync(database.DataSource, default);
        var again = await Embedded.OpenAsync(database.DataSource, default);
        Assert.Equal(first.Derive("test"), again.Derive("test"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Embedded.File!));
    }

    [Fact]
    public async Task Two_first_starts_at_once_agree_on_one_key()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Embedded.OpenAsync(database.DataSource, default)));
        Assert.Single(keys.Select(key => Convert.ToHexString(key.Derive("test"))).Distinct());
    }

    [Fact]
    public async Task A_lost_key_file_is_an_error_and_never_a_new_key()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await Embedded.OpenAsync(database.DataSource, default);
        File.Delete(Embedded.File!);
        var error = await Assert.ThrowsAsync<MasterKeyException>(() => Embedded.OpenAsync(database.DataSource, default));
        Assert.Contains("Restore the file", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Embedded.File));
    }

    [Fact]
    public async Task A_lost_mark_beside_sealed_keys_is_an_error_too()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var key = await Embedded.OpenAsync(database.DataSource, default);
        await new SigningKeyStore(database.DataSource, key, TimeProvider.System).LoadOrCreateAsync(default);
        await database.ExecuteAsync("delete from master_key_check");
        await Assert.ThrowsAsync<MasterKeyException>(() => Embedded.OpenAsync(database.DataSource, default));
    }

    [Fact]
    public async Task Another_databases_key_is_refused()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await Embedded.OpenAsync(database.DataSource, default);
        var other = new MasterKeySource { Value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        var error = await Assert.ThrowsAsync<MasterKeyException>(() => other.OpenAsync(database.DataSource, default));
        Assert.Contains("not the one that sealed this database", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all, and much too long to be a key of thirty-two bytes")]
    public async Task A_value_that_is_no_key_is_refused_and_names_its_origin(string value)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var error = await Assert.ThrowsAsync<MasterKeyException>(
            () => new MasterKeySource { Value = value }.OpenAsync(database.DataSource, default));
        Assert.Contains(MasterKeySource.Variable, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_or_leave_to_make_one_nothing_starts()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await Assert.ThrowsAsync<MasterKeyException>(() => new MasterKeySource().OpenAsync(database.DataSource, default));
        await Assert.ThrowsAsync<MasterKeyException>(
            () => (Embedded with { MayGenerate = false }).OpenAsync(database.DataSource, default));
        Assert.False(File.Exists(Embedded.File));
    }

    public void Dispose() => TestFolder.Delete(_folder);
}
