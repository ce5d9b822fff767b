using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.SignIn;

/// <summary>What one of two portals over one database does to the sessions of the other.</summary>
public sealed class ReplicaTests(ReplicaTests.Replicas replicas) : IClassFixture<ReplicaTests.Replicas>
{
    [Fact]
    public async Task A_new_password_ends_the_sessions_of_all_replicas_and_a_new_role_reaches_them_within_five_seconds()
    {
        var (here, there) = (replicas.Here, replicas.There);
        await here.AddPersonAsync("petra", "Petra Password");
        await here.AddPersonAsync("dirk", "Dirk Smit");
        using var petra = await here.SignedInAsync("petra");
        using var dirk = await here.SignedInAsync("dirk");
        Assert.Equal((200, 200), ((await petra.GetAsync("/")).Status, (await dirk.GetAsync("/")).Status));
        Assert.True((await there.Use<SetPassword>().ExecuteAsync(LivePortal.Root, "petra", "another-horse-battery", null, default)).Succeeded);
        Assert.True((await there.Use<ChangePlatformRole>().ExecuteAsync(LivePortal.Root, "dirk", PlatformRole.Auditor, default)).Succeeded);

        here.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(302, (await petra.GetAsync("/")).Status);
        Assert.Contains("Auditor", (await dirk.GetAsync("/")).Html.QuerySelector(".me")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_one_replica_holds_on_another_and_its_keys_lie_sealed_in_the_database()
    {
        var (one, two) = (replicas.Here, replicas.There);
        await one.AddPersonAsync("carla", "Carla Jansen");
        using var browser = one.OpenBrowser();
        var cookie = (await browser.SignInAsync("carla", LivePortal.Password)).Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("mkt-session=", StringComparison.Ordinal)).Split(';')[0];

        using var stranger = two.OpenBrowser();
        Assert.Equal(200, (await stranger.GetAsync("/", ("Cookie", cookie))).Status);

        var stored = await one.Database.ScalarAsync<byte[]>("select sealed from data_protection_key limit 1");
        Assert.DoesNotContain("masterKey", System.Text.Encoding.Latin1.GetString(stored!), StringComparison.OrdinalIgnoreCase);
    }

    public sealed class Replicas : IAsyncLifetime
    {
        public LivePortal Here { get; private set; } = null!;

        public LivePortal There { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Here = await LivePortal.StartAsync(new PostgresFixture());
            There = await LivePortal.StartAsync(new PostgresFixture(), Here.Database);
        }

        public async ValueTask DisposeAsync()
        {
            await There.DisposeAsync();
            await Here.DisposeAsync();
        }
    }
}
