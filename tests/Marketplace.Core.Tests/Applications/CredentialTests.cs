using System.Security.Cryptography;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Applications;

public sealed class CredentialTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_secret_is_shown_once_and_stored_only_as_a_keyed_hash()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        Assert.StartsWith("mkt_cs_", bank.App.Secret, StringComparison.Ordinal);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>(
            $"select count(*) from application_credential c, audit_event e where c::text like '%{bank.App.Secret}%' or e::text like '%{bank.App.Secret}%'"));
        Assert.Equal(32, await bank.Database.ScalarAsync<int>("select length(secret_hash) from application_credential"));
    }

    [Fact]
    public async Task An_application_may_have_several_credentials_and_lose_one()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = await bank.Use<AddCredential>().ExecuteAsync(bank.Carla, new(bank.App.ClientId, "blue"), default);
        var pem = await bank.Use<AddCredential>().ExecuteAsync(bank.Carla, new(bank.App.ClientId, "green", key.ExportSubjectPublicKeyInfoPem()), default);
        Assert.NotNull(secret.Value!.Secret);
        Assert.Null(pem.Value!.Secret);

        Assert.False((await bank.Use<RevokeCredential>().ExecuteAsync(bank.Olivia, bank.App.ClientId, secret.Value.Id, default)).Succeeded);
        Assert.True((await bank.Use<RevokeCredential>().ExecuteAsync(bank.Dirk, bank.App.ClientId, secret.Value.Id, default)).Succeeded);

        var details = await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, bank.App.ClientId, default);
        Assert.Equal(3, details!.Credentials.Count);
        Assert.Single(details.Credentials, c => c.RevokedAt is not null);
    }

    [Fact]
    public async Task The_first_credential_may_be_for_one_environment_alone()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var register = bank.Use<RegisterApplication>();
        var nowhere = await register.ExecuteAsync(bank.Dirk, new("channels", "Batch", "", Environment: "nowhere"), default);
        Assert.Equal(("environment_unknown", "environment"), (nowhere.Problems[0].Code, nowhere.Problems[0].Field));
        var made = await register.ExecuteAsync(bank.Dirk, new("channels", "Batch", "", Environment: "sandbox"), default);
        var details = await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, made.Value!.ClientId, default);
        Assert.Equal("sandbox", Assert.Single(details!.Credentials).Environment);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"kty\":\"EC\"}")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public async Task A_key_that_is_none_is_refused_beside_its_field(string key)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "x", key), default);
        Assert.Equal(("public_key_invalid", "publicKey"), (outcome.Problems[0].Code, outcome.Problems[0].Field));
    }

    [Fact]
    public async Task A_private_key_is_refused_with_what_to_do()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var small = RSA.Create(1024);
        foreach (var (text, says) in new[] { (key.ExportPkcs8PrivateKeyPem(), "private key"), (p384.ExportSubjectPublicKeyInfoPem(), "P-256"), (small.ExportSubjectPublicKeyInfoPem(), "2048") })
        {
            var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "x", text), default);
            Assert.Contains(says, outcome.Problems[0].Message, StringComparison.Ordinal);
        }
    }
}
