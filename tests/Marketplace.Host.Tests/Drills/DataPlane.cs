using System.Globalization;
using System.Text.Json;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>A service with the SDK, or an agent with its HAProxy: a process with a disk and a clock of its own.</summary>
internal sealed class DataPlane : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Func<ChildProcess> _start;
    private readonly Uri _status;
    private ChildProcess? _process;

    public DataPlane(string name, Uri status, string clock, Func<ChildProcess> start)
    {
        (Name, _status, Clock, _start) = (name, status, clock, start);
        SetClock(0);
    }

    public string Name { get; }

    /// <summary>The file that says by how many seconds its clock is ahead.</summary>
    private string Clock { get; }

    /// <summary>What it said, to be shown beside a failure.</summary>
    public string Said => _process is null ? "" : string.Join('\n', (_process.Errors + _process.Output).Split('\n').TakeLast(30));

    /// <summary>The lines of its metrics: name, tags in braces, value.</summary>
    public required Func<Task<IEnumerable<string>>> Metrics { get; init; }

    public void Start() => _process = _start();

    public bool IsDown => _process is { Exit.IsCompleted: true };

    /// <summary>Sets the wall clock of the process, and of it alone; its monotonic clock goes on.</summary>
    public void SetClock(int secondsAhead)
    {
        File.WriteAllText(Clock + ".new", secondsAhead.ToString("+0;-0", CultureInfo.InvariantCulture) + "\n");
        File.Move(Clock + ".new", Clock, overwrite: true);
    }

    public async Task KillAsync()
    {
        _process!.Signal(9);
        await _process.Exit;
        Forget(_process.Id);
    }

    // A killed process leaves what libfaketime shares between processes.
    private static void Forget(int process)
    {
        foreach (var left in Directory.EnumerateFiles("/dev/shm", $"*faketime_*_{process}")) File.Delete(left);
    }

    /// <summary>What its health says; null while it does not answer.</summary>
    public async Task<Health?> HealthAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_status, "health/ready"));
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var check = json.RootElement.GetProperty("checks").GetProperty("marketplace");
            return new(check.GetProperty("status").GetString()!, check.GetProperty("description").GetString()!,
                check.GetProperty("data").EnumerateObject().ToDictionary(datum => datum.Name, datum => datum.Value.ToString(), StringComparer.Ordinal));
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Returns when its metrics say that it lives on this, and that its policy is as old as that.</summary>
    public async Task MeasuresAsync(string source, double youngest, double oldest)
    {
        IEnumerable<string> last = [];
        try
        {
            await Eventually.HoldsAsync(async () => (last = await Metrics()).Any(line => line[0] != '#'
                && line.Contains("policy", StringComparison.Ordinal) && line.Contains("age", StringComparison.Ordinal) && line.Contains(source, StringComparison.Ordinal)
                && double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) is var age && age >= youngest && age <= oldest), TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{Name} measures {string.Join(", ", last)}");
        }
    }

    public async Task<string> MetricsFromStatusAsync() => await _http.GetStringAsync(new Uri(_status, "metrics"));

    /// <summary>Returns when its health says so.</summary>
    public async Task SaysAsync(Func<Health, bool> so, TimeSpan within)
    {
        Health? last = null;
        try
        {
            await Eventually.HoldsAsync(async () => (last = await HealthAsync()) is { } now && so(now), within);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{Name} says {last} and did not come to say what is due within {within}.\n{Said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.StopAsync(TimeSpan.FromSeconds(5));
            Forget(_process.Id);
        }
        _http.Dispose();
    }
}

internal sealed record Health(string Status, string Description, IReadOnlyDictionary<string, string> Data)
{
    public bool IsHealthy => Status == "Healthy" && !Data.ContainsKey("disk");

    public bool IsDegraded => Status == "Degraded";

    public bool LivesOn(string source) => Data.GetValueOrDefault("source") == source;

    public override string ToString() => $"{Status}: {Description} {string.Join(", ", Data.Select(datum => $"{datum.Key}={datum.Value}"))}";
}
