using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>A service that starts while the marketplace is away.</summary>
public sealed class StateOnDiskTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private const string Refunds = "/bank/v1/refunds";
    private readonly MovedTime time = new();
    private readonly string folder = Path.Combine(TestFolder.Create("sdk"), "state");
    private TestMarketplace marketplace = null!;

    public async ValueTask InitializeAsync() => marketplace = await TestMarketplace.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await marketplace.DisposeAsync();
        TestFolder.Delete(Path.GetDirectoryName(folder)!);
    }

    [Fact]
    public async Task A_service_restarted_while_the_marketplace_is_away_decides_as_before_from_its_first_call_and_says_what_it_lives_on()
    {
        await RunOnceAsync();
        marketplace.IsDown = true;
        time.By = TimeSpan.FromHours(2);
        await using var service = await StartAsync();

        Assert.Equal(200, (await service.SendAsync("GET", Payments, Token(EnforcementPolicy.Revoked))).Status);
        Assert.Equal(ReasonCode.GrantEnded, (await service.SendAsync("GET", Refunds, Token(EnforcementPolicy.Revoked))).Reason);
        Assert.Equal(ReasonCode.TokenSignature, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.WrongSignature)).Reason);
        var health = await HealthAsync(service);
        Assert.Equal((HealthStatus.Degraded, "disk", 7L), (health.Status, health.Data["source"], health.Data["revision"]));
        Assert.InRange((long)health.Data["ageSeconds"], 7190, 7300);

        time.By = TimeSpan.Zero;
        marketplace.IsDown = false;
        await Eventually.HoldsAsync(async () => (await HealthAsync(service)).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(40));
        Assert.Equal("marketplace", (await HealthAsync(service)).Data["source"]);
    }

    [Fact]
    public async Task The_longest_age_holds_across_restarts()
    {
        await RunOnceAsync();
        marketplace.IsDown = true;
        time.By = TimeSpan.FromHours(23);
        await using (var service = await StartAsync())
            Assert.Equal(ReasonCode.GrantEnded, (await service.SendAsync("GET", Refunds, Token(EnforcementPolicy.Revoked))).Reason);

        time.By = TimeSpan.FromHours(25);
        await using var later = await StartAsync();
        Assert.Equal(200, (await later.SendAsync("GET", Refunds, Token(EnforcementPolicy.Revoked))).Status);
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync(later)).Status);
    }

    [Fact]
    public async Task A_clock_that_jumps_makes_no_policy_too_old_and_none_young()
    {
        await using (var service = await ReadyAsync())
        {
            await KeptAsync(7);
            marketplace.IsDown = true;
            time.SetAhead = TimeSpan.FromHours(25);
            Assert.Equal(ReasonCode.GrantEnded, (await service.SendAsync("GET", Refunds, Token(EnforcementPolicy.Revoked))).Reason);
        }

        // Set back behind the moment of the last confirmation: the policy is enforced, and its age does not go below nothing.
        time.SetAhead = TimeSpan.FromHours(-5);
        await using var restarted = await StartAsync();
        Assert.Equal(ReasonCode.GrantEnded, (await restarted.SendAsync("GET", Refunds, Token(EnforcementPolicy.Revoked))).Reason);
        Assert.InRange((long)(await HealthAsync(restarted)).Data["ageSeconds"], 0, 60);
    }

    [Theory]
    [InlineData("snapshot.jwt")]
    [InlineData("jwks.json")]
    [InlineData("confirmed")]
    public async Task A_copy_that_was_tampered_with_or_is_missing_is_not_used(string file)
    {
        await RunOnceAsync();
        marketplace.IsDown = true;
        var path = Path.Combine(folder, file);
        var text = (await File.ReadAllTextAsync(path)).ToCharArray();
        text[text.Length / 2] = text[text.Length / 2] == 'A' ? 'B' : 'A';
        await File.WriteAllTextAsync(path, new string(text));
        await NothingIsServedAsync();

        File.Delete(path);
        await NothingIsServedAsync();
    }

    [Fact]
    public async Task A_genuine_copy_of_before_is_refused()
    {
        await RunOnceAsync();
        var old = await File.ReadAllBytesAsync(Path.Combine(folder, "snapshot.jwt"));
        marketplace.Publish(marketplace.Snapshot with { Revision = 8, Grants = [] });
        await RunOnceAsync(revision: 8);
        marketplace.IsDown = true;
        await File.WriteAllBytesAsync(Path.Combine(folder, "snapshot.jwt"), old);

        await NothingIsServedAsync();
    }

    [Fact]
    public async Task After_a_restart_the_marketplace_cannot_bring_back_an_older_policy_either()
    {
        await RunOnceAsync();
        marketplace.Publish(marketplace.Snapshot with { Revision = 6 });
        await using var service = await StartAsync();
        var before = marketplace.SnapshotRequests;
        await Eventually.HoldsAsync(() => marketplace.SnapshotRequests >= before + 2, TimeSpan.FromSeconds(10));

        Assert.Equal(7L, (await HealthAsync(service)).Data["revision"]);
    }

    [Fact]
    public async Task Nobody_else_may_read_the_files_and_what_others_may_write_is_not_believed()
    {
        await RunOnceAsync();
        foreach (var file in Directory.GetFiles(folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(["confirmed", "jwks.json", "snapshot.jwt"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order());

        marketplace.IsDown = true;
        File.SetUnixFileMode(Path.Combine(folder, "jwks.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        await NothingIsServedAsync();
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_costs_a_warning_and_no_call()
    {
        // Every write to it fails with "no space left", for root too (full(4)); a folder cannot be made below a file either.
        await using var service = await ReadyAsync("/dev/full/state");
        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);

        var health = await HealthAsync(service);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Contains("/dev/full", (string)health.Data["disk"], StringComparison.Ordinal);
        marketplace.Publish(marketplace.Snapshot with { Revision = 8, Grants = [] });
        await Eventually.HoldsAsync(async () => (await service.GetAsync(Payments, marketplace.Issuer)).Reason == ReasonCode.GrantEnded, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_last_file_whole_and_no_half_of_a_new_one()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "snapshot.jwt");
        PrivateFile.Write(path, "old"u8);
        // What the new file would be written to is a disk that is full.
        File.CreateSymbolicLink($"{path}.{Environment.ProcessId}.new", "/dev/full");

        Assert.ThrowsAny<IOException>(() => PrivateFile.Write(path, new byte[100_000]));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
        PrivateFile.Write(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_new_key_set_is_kept_with_the_snapshot_that_it_verifies()
    {
        await RunOnceAsync();
        marketplace.Issuer.RotateKey();
        marketplace.Publish(marketplace.Snapshot with { Revision = 8 });
        await RunOnceAsync(revision: 8);
        marketplace.IsDown = true;
        await using var service = await StartAsync();

        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
    }

    [Fact]
    public async Task Strangers_make_a_service_with_the_keys_of_its_disk_ask_for_others_once_and_not_per_call()
    {
        await RunOnceAsync();
        marketplace.KeysAreDown = true;
        await using var service = await StartAsync();
        var before = marketplace.KeyRequests;

        for (var i = 0; i < 20; i++)
            Assert.Equal(ReasonCode.TokenKeyUnknown, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.UnknownKid)).Reason);

        // It goes on by itself, too: after 1, 2, 4 s.
        Assert.InRange(marketplace.KeyRequests - before, 1, 5);
    }

    [Fact]
    public async Task A_folder_that_others_may_write_is_said_at_once_to_be_of_no_use()
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);
        await using var service = await ReadyAsync();

        await Eventually.HoldsAsync(async () => (await HealthAsync(service)).Data.ContainsKey("disk"), TimeSpan.FromSeconds(5));
        Assert.Empty(Directory.GetFiles(folder));
    }

    private async Task RunOnceAsync(long revision = 7)
    {
        await using var service = await ReadyAsync();
        await KeptAsync(revision);
    }

    private Task KeptAsync(long revision) => Eventually.HoldsAsync(() => File.Exists(Path.Combine(folder, "confirmed"))
        && File.ReadAllText(Path.Combine(folder, "confirmed")).StartsWith($"{revision} ", StringComparison.Ordinal), TimeSpan.FromSeconds(10));

    private async Task NothingIsServedAsync()
    {
        await using var service = await StartAsync();
        Assert.Equal(ReasonCode.PolicyUnavailable, (await service.GetAsync(Payments, marketplace.Issuer)).Reason);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(service)).Status);
    }

    private Task<ProtectedService> StartAsync() => ProtectedService.StartAsync(marketplace, time, configure: options => options.StateFolder = folder);

    private Task<ProtectedService> ReadyAsync(string? state = null) =>
        ProtectedService.ReadyAsync(marketplace, time, configure: options => options.StateFolder = state ?? folder);

    private string[] Token(params string[] more)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return ["Authorization: Bearer " + marketplace.Issuer.Token(
            ("iat", now), ("exp", now + 300), ("ops", EnforcementPolicy.Bitmap([.. EnforcementPolicy.Granted, .. more]).ToString()))];
    }

    private static async Task<HealthReportEntry> HealthAsync(ProtectedService service) =>
        (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["marketplace"];
}
