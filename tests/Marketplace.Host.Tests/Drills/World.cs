using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Host.Tests.Drills;

/// <summary>
/// Everything as in production, each part a process of its own that may be killed: PostgreSQL, the three planes behind
/// docker-compose's edge, a network, a service with the SDK and HAProxy with our agent, and a steady load on both.
/// </summary>
public sealed partial class World : IAsyncLifetime
{
    public const string Name = "drills";

    private const string Granted = "listPayments";
    private const string Revocable = "getPayment";

    private readonly string _folder = TestFolder.Create("drill");
    private readonly int _edgePort = LoopbackPort.Pick();
    private readonly Stack<IAsyncDisposable> _running = new();
    private Bank _bank = null!;
    private RegisteredApplication _pulls = null!;

    internal SmallDisks Disks { get; private set; } = null!;
    internal DrillDatabase Database { get; private set; } = null!;
    internal Plane Governance { get; private set; } = null!;
    internal Plane Tokens { get; private set; } = null!;
    internal Plane Control { get; private set; } = null!;
    internal Relay Network { get; private set; } = null!;
    internal DataPlane Service { get; private set; } = null!;
    internal DataPlane Gateway { get; private set; } = null!;
    internal Caller Caller { get; private set; } = null!;
    internal IReadOnlyList<Load> Loads { get; private set; } = [];
    internal IReadOnlyList<DataPlane> DataPlanes => [Service, Gateway];

    internal TestDatabase Rows => _bank.Database;

    internal Uri Edge => new($"http://localhost:{_edgePort}");

    internal string DiskOf(string part) => Path.Combine(_folder, part);

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var last)) await last.DisposeAsync();
        TestFolder.Delete(_folder);
    }

    /// <summary>Carla's application may call it again, and both data planes have heard so.</summary>
    internal async Task GrantRevocableAsync()
    {
        Now();
        await _bank.GrantAsync(Revocable);
        await Eventually.HoldsAsync(async () =>
        {
            // One that carries it: the token plane may hear of the grant after the data planes, where an older token opens it again.
            await Caller.UseForRevocableAsync();
            var moment = Stopwatch.GetTimestamp();
            await Task.Delay(150);
            return Loads.All(load => load.Since(moment).Where(answer => !answer.IsGranted).Select(answer => answer.Verdict).ToList() is [_, .., Load.Allowed]);
        }, TimeSpan.FromSeconds(20));
    }

    internal async Task RevokeAsync()
    {
        Now();
        var grant = (await _bank.GrantsAsync()).Single(grant => grant.Operation == Revocable && grant.State == GrantState.Active);
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Olivia, GrantScope.Of(grant.Id), null, "A drill.", default)).Succeeded);
    }

    /// <summary>What a drill that failed has left broken, so that it does not fail the next ones.</summary>
    internal async Task MendAsync()
    {
        Network.Mend();
        await Database.StartAsync();
        await Task.WhenAll(new[] { Governance, Tokens, Control }.Where(plane => plane.IsDown).Select(plane => plane.StartAsync()));
        foreach (var plane in DataPlanes)
        {
            plane.SetClock(0);
            if (plane.IsDown) plane.Start();
        }
        await RecoverRowsAsync();
    }

    /// <summary>After PostgreSQL was away: the pool of this process forgets its connections, too.</summary>
    internal async Task RecoverRowsAsync()
    {
        Rows.DataSource.Clear();
        await Eventually.HoldsAsync(async () => await Rows.ScalarAsync<int>("select 1") == 1, TimeSpan.FromSeconds(10));
    }

    /// <summary>What the marketplace really signs for a line at this moment.</summary>
    internal Task<string> SignedAsync(string line) => LyingMarketplace.SignedAsync(Edge, line, _pulls.ClientId, _pulls.Secret!);

    private async Task StartAsync()
    {
        Disks = Kept(await SmallDisks.MountAsync((DiskOf("database"), 160), (DiskOf("service"), 1), (DiskOf("gateway"), 1)));
        Database = Kept(await DrillDatabase.StartAsync(Disks, DiskOf("database"), _folder));
        var rows = new TestDatabase(Database.ConnectionString);
        await new Migrations(rows.DataSource).ApplyAsync();
        _bank = Kept(await Bank.OpenAsync(rows));
        Now();
        _pulls = (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Olivia, new("payments", "Data planes", ""), default)).Value!;
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), _pulls.Secret);
        (Governance, Tokens, Control) = (PlaneOf("governance"), PlaneOf("token"), PlaneOf("control"));
        await Task.WhenAll(Governance.StartAsync(), Tokens.StartAsync(), Control.StartAsync());
        var edge = Path.Combine(_folder, "edge.cfg");
        await File.WriteAllTextAsync(edge, EdgeConfiguration());
        Kept(ChildProcess.Start(Haproxy, ["-db", "-f", edge]));
        Network = Kept(new Relay(LoopbackPort.Pick(), _edgePort));

        await _bank.GrantAsync(Granted);
        var processes = new DataPlaneProcesses(_folder, Disks, Edge, Network.Port, _pulls.ClientId, (await UnprotectedAsync()).Urls.Single());
        (Service, Gateway) = (Kept(processes.Service()), Kept(processes.Gateway()));
        Service.Start();
        Gateway.Start();
        Caller = Kept(new Caller(Edge, _bank.App));
        Loads = [Kept(new Load(Service.Name, processes.ServiceUrl, Caller)), Kept(new Load(Gateway.Name, processes.GatewayUrl, Caller))];
    }

    internal static string Haproxy { get; } = new[] { "/usr/sbin/haproxy", "/usr/bin/haproxy" }.First(File.Exists);

    private Plane PlaneOf(string name) => Kept(new Plane(name, Database.ConnectionString, _edgePort));

    /// <summary>The one of docker-compose.yml, with addresses of this machine in place of Docker's names.</summary>
    private string EdgeConfiguration()
    {
        var text = File.ReadAllText(Repository.File("deploy", "edge.cfg"))
            .Replace("bind :5080", $"bind 127.0.0.1:{_edgePort}", StringComparison.Ordinal)
            .Replace("  log stdout format raw local0", "", StringComparison.Ordinal);
        foreach (var (name, plane) in new[] { ("governance", Governance), ("token", Tokens), ("control", Control) })
            text = Template().Replace(text, match => match.Groups["name"].Value == name ? $"server plane localhost:{plane.Port} check inter 500ms" : match.Value);
        return Resolvers().Replace(text, "");
    }

    /// <summary>What stands behind HAProxy.</summary>
    private async Task<WebApplication> UnprotectedAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = Kept(builder.Build());
        service.Map("/{**rest}", () => "served");
        await service.StartAsync();
        return service;
    }

    // haproxy and the planes have the machine's clock, so the bank's people must.
    private void Now() => _bank.Clock.Advance(TimeProvider.System.GetUtcNow() - _bank.Clock.GetUtcNow());

    private T Kept<T>(T started) where T : IAsyncDisposable
    {
        _running.Push(started);
        return started;
    }

    [GeneratedRegex(@"server-template plane 1-4 (?<name>\w+):8080 check resolvers docker init-addr none", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Template();

    [GeneratedRegex(@"^resolvers docker\n(  .*\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Resolvers();
}

[CollectionDefinition(World.Name)]
public sealed class DrillCollection : ICollectionFixture<World>;
