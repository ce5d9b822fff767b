using System.Collections.Concurrent;
using Marketplace.Gateways.Agent;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>An agent with its haproxy; disposing cancels it as SIGTERM does in the command.</summary>
public sealed class RunningAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource cancel = new();
    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Task run;

    public RunningAgent(TestMarketplace marketplace, string folder, int backend, TimeSpan? maxPolicyAge = null)
    {
        Folder = folder;
        run = new HaproxyAgent(
            new HaproxyAgentOptions
            {
                Marketplace = new Uri(marketplace.Url),
                Api = EnforcementPolicy.Api,
                Version = EnforcementPolicy.Version,
                Environment = EnforcementPolicy.Environment,
                ClientId = "app_gateway",
                ClientSecret = TestMarketplace.Secret,
                Bind = $"127.0.0.1:{Port}",
                Backend = $"127.0.0.1:{backend}",
                Folder = folder,
                LongPoll = TimeSpan.FromSeconds(maxPolicyAge is null ? 25 : 1),
                MaxPolicyAge = maxPolicyAge ?? TimeSpan.FromHours(24),
                Status = $"127.0.0.1:{StatusPort}",
            },
            http,
            TimeProvider.System,
            policy => Enforced.Enqueue(policy.Revision),
            Log.Enqueue).RunAsync(cancel.Token);
    }

    public string Folder { get; }

    public int Port { get; } = LoopbackPort.Pick();

    public int StatusPort { get; } = LoopbackPort.Pick();

    public ConcurrentQueue<long> Enforced { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public Task EnforcingAsync(long revision) => UntilAsync(() => Enforced.Contains(revision), $"revision {revision} was never enforced");

    public async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.False(run.IsCompleted && run.IsFaulted, run.Exception?.ToString());
            Assert.True(i < 1200, $"{otherwise}: {string.Join('\n', Log)}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await cancel.CancelAsync();
        await run;
        cancel.Dispose();
        http.Dispose();
    }
}
