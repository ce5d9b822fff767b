using Marketplace.Testing;

namespace Marketplace.Portal.Tests.App;

/// <summary>One portal that knows Carla, for tests that change nothing that another of them reads.</summary>
public sealed class SharedPortal : IAsyncLifetime
{
    public LivePortal Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Portal = await LivePortal.StartAsync(new PostgresFixture());
        await Portal.AddPersonAsync("carla", "Carla Jansen");
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}
