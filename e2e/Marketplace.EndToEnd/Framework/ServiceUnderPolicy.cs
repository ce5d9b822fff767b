using Marketplace.Testing;

namespace Marketplace.EndToEnd.Framework;

/// <summary>The payments service of one API, twice: with the SDK inside, and bare behind HAProxy; and the consumer that calls both.</summary>
internal sealed class ServiceUnderPolicy : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    public Sample Consumer { get; private set; } = null!;

    public static async Task<ServiceUnderPolicy> StartAsync(Stack stack, string api)
    {
        var service = new ServiceUnderPolicy();
        try
        {
            await service.StartPartsAsync(stack, api);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    private async Task StartPartsAsync(Stack stack, string api)
    {
        var marketplace = stack.Url.ToString().TrimEnd('/');
        var isProtected = Add(await Sample.StartAsync("provider", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Marketplace:Url"] = marketplace,
            ["Marketplace:Api"] = api,
            ["Marketplace:ClientId"] = stack.Secret("data-plane.id"),
            ["Marketplace:ClientSecret"] = stack.Secret("data-plane.secret"),
        }));
        var bare = Add(await Sample.StartAsync("provider", new Dictionary<string, string>(StringComparer.Ordinal) { ["Unprotected"] = "true" }));
        var gateway = Add(new Gateway(stack, api, bare.Url));
        await gateway.WaitUntilReadyAsync();
        Consumer = Add(await Sample.StartAsync("consumer", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Consumer:Marketplace"] = marketplace,
            ["Consumer:Direct"] = isProtected.Url.ToString(),
            ["Consumer:Gateway"] = gateway.Url.ToString(),
            ["Consumer:Api"] = api,
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private T Add<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>Debian's HAProxy, kept by the agent of the command line.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly ChildProcess _process;
        private readonly string _folder = TestFolder.Create("gateway");

        public Gateway(Stack stack, string api, Uri backend)
        {
            Url = new Uri($"http://127.0.0.1:{LoopbackPort.Pick()}");
            var secret = Path.Combine(_folder, "client.secret");
            File.WriteAllText(secret, stack.Secret("data-plane.secret"));
            _process = ChildProcess.Start("dotnet",
            [
                Build.Output("src", "Marketplace.Cli", "mkt.dll"), "gateway", "run", "haproxy", "--url", stack.Url.ToString().TrimEnd('/'),
                "--api", api, "--version", "v1", "--environment", "production",
                "--client-id", stack.Secret("data-plane.id"), "--client-secret-file", secret,
                "--bind", $"127.0.0.1:{Url.Port}", "--backend", $"127.0.0.1:{backend.Port}", "--out", Path.Combine(_folder, "out"),
            ]);
        }

        public Uri Url { get; }

        public Task WaitUntilReadyAsync() => _process.AnswersAsync(Url);

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            TestFolder.Delete(_folder);
        }
    }
}
