using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>A change told as what is new. Whatever is wrong with it, the whole policy is asked for at once.</summary>
public sealed class DeltaTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private readonly string folder = Path.Combine(TestFolder.Create("delta"), "state");
    private TestMarketplace marketplace = null!;
    private ProtectedService service = null!;
    private string first = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        first = marketplace.SignedSnapshot;
        service = await ProtectedService.ReadyAsync(marketplace, configure: options => options.StateFolder = folder);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
        TestFolder.Delete(Path.GetDirectoryName(folder)!);
    }

    [Fact]
    public async Task A_change_arrives_as_a_delta_and_what_is_kept_on_disk_is_the_whole_signed_policy()
    {
        for (var revision = 8; revision <= 11; revision++)
        {
            await ChangeAsync(revision);
            Assert.Equal(revision - 7, marketplace.DeltasSent);
        }

        Assert.Equal(ReasonCode.GrantEnded, (await service.GetAsync(Payments, marketplace.Issuer)).Reason);
        await Eventually.HoldsAsync(
            async () => await File.ReadAllTextAsync(Path.Combine(folder, "snapshot.jwt")) == marketplace.SignedSnapshot, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_delta_under_a_key_that_is_new_is_verified_with_it()
    {
        marketplace.Issuer.RotateKey();
        await ChangeAsync(8);

        Assert.Equal(1, marketplace.DeltasSent);
    }

    [Fact]
    public async Task A_delta_that_was_tampered_with_is_refused() => await RefusedAsync(delta =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(delta).Replace("\"rev\\\":9", "\"rev\\\":10", StringComparison.Ordinal)));

    [Fact]
    public async Task A_delta_to_another_snapshot_than_the_one_held_is_refused() => await RefusedAsync(_ => Between(
        marketplace.Issuer.Sign(marketplace.Snapshot with { Operations = [.. marketplace.Snapshot.Operations.Skip(3)] }),
        marketplace.Issuer.Sign(marketplace.Snapshot with { Revision = 10 })));

    [Fact]
    public async Task A_delta_to_what_is_held_already_is_no_news() => await RefusedAsync(_ => Between(first, first));

    [Fact]
    public async Task A_delta_of_before_that_is_sent_again_is_refused()
    {
        await ChangeAsync(8);
        await RefusedAsync(_ => Between(marketplace.SignedSnapshot, first), already: 1);
    }

    [Fact]
    public async Task A_delta_to_the_policy_of_another_line_is_refused() => await RefusedAsync(_ =>
        Between(first, marketplace.Issuer.Sign(marketplace.Snapshot with { Revision = 10, Version = "v2" })));

    [Fact]
    public async Task A_delta_signed_as_something_else_is_refused() => await RefusedAsync(_ =>
        Between(first, marketplace.Issuer.Sign(marketplace.Snapshot with { Revision = 10 }, "at+jwt")));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"protected":"","signature":"","pieces":[{"at":99999999,"count":1}]}""")]
    public async Task What_is_no_delta_is_refused(string answer) => await RefusedAsync(_ => Encoding.UTF8.GetBytes(answer));

    /// <summary>The bad delta is sent once, and then the whole policy of revision 9, which is another one than the delta makes.</summary>
    private async Task RefusedAsync(Func<byte[], byte[]> spoil, int already = 0)
    {
        var held = marketplace.SignedSnapshot;
        var next = marketplace.Snapshot with { Revision = 9, Grants = [] };
        var signed = marketplace.Issuer.Sign(next);
        var good = Between(held, signed);
        marketplace.Delta = spoil(good);
        Assert.NotEqual(good, marketplace.Delta);
        marketplace.Publish(next, signed);

        await Eventually.HoldsAsync(async () => await RevisionAsync() == 9, TimeSpan.FromSeconds(5));
        Assert.Equal(already + 1, marketplace.DeltasSent);
        Assert.Equal(ReasonCode.GrantEnded, (await service.GetAsync(Payments, marketplace.Issuer)).Reason);

        // And from there on again by deltas.
        await ChangeAsync(12);
        Assert.Equal(already + 2, marketplace.DeltasSent);
    }

    private async Task ChangeAsync(long revision)
    {
        var held = marketplace.SignedSnapshot;
        var next = marketplace.Snapshot with { Revision = revision, Grants = [] };
        var signed = marketplace.Issuer.Sign(next);
        marketplace.Delta = Between(held, signed);
        marketplace.Publish(next, signed);
        await Eventually.HoldsAsync(async () => await RevisionAsync() == revision, TimeSpan.FromSeconds(5));
    }

    private static byte[] Between(string held, string next) => SnapshotDelta.Between(Encoding.ASCII.GetBytes(held), Encoding.ASCII.GetBytes(next)).ToJson();

    private async Task<long> RevisionAsync()
    {
        var health = await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return (long)health.Entries.Values.Single(entry => entry.Data.ContainsKey("revision")).Data["revision"];
    }
}
