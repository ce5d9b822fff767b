namespace Marketplace.Testing;

/// <summary>
/// The real host in a process of its own on a free port: with a database given, or with the embedded one in a data
/// folder of its own that goes with it.
/// </summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly bool _ownsFolder;

    private HostProcess(ChildProcess process, int port, string dataFolder, bool ownsFolder)
    {
        (Process, Port, DataFolder, _ownsFolder) = (process, port, dataFolder, ownsFolder);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url };
    }

    public ChildProcess Process { get; }

    public int Port { get; }

    public Uri Url => new($"http://localhost:{Port}");

    public string DataFolder { get; }

    public HttpClient Client { get; }

    /// <summary>A program of this repository as it was built beside these tests.</summary>
    public static string Built(string program, params string[] project) => Repository.File([.. project, "bin", Configuration, "net10.0", program]);

    /// <summary>Starts and waits until it is ready.</summary>
    public static async Task<HostProcess> StartAsync(HostProcessOptions? options = null)
    {
        options ??= new();
        var folder = options.DataFolder ?? TestFolder.Create("host");
        var port = options.Port ?? LoopbackPort.Pick();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MARKETPLACE_DATA"] = folder,
            ["MARKETPLACE_PORT"] = port.ToString(),
            ["ConnectionStrings__Marketplace"] = options.ConnectionString,
            ["MARKETPLACE_DEMO"] = options.Demo ? "true" : "false",
            ["ASPNETCORE_URLS"] = null,
            ["DOTNET_TieredPGO"] = "0",
        };
        if (options.ConnectionString is not null) environment["MARKETPLACE_MASTER_KEY"] = options.MasterKey;
        foreach (var (name, value) in options.Environment) environment[name] = value;

        var process = ChildProcess.Start("dotnet", [options.Dll], environment, asUser: options.AsUser);
        var host = new HostProcess(process, port, folder, ownsFolder: options.DataFolder is null);
        try
        {
            await host.WaitUntilReadyAsync(options.Patience);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The host as it was built beside these tests.</summary>
    public static string Dll { get; } = Built("Marketplace.Host.dll", "src", "Marketplace.Host");

    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    public async ValueTask DisposeAsync()
    {
        await Process.StopAsync();
        Client.Dispose();
        if (_ownsFolder) TestFolder.Delete(DataFolder);
    }

    private async Task WaitUntilReadyAsync(TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (Process.Exit.IsCompleted)
                throw new InvalidOperationException($"The host ended with exit code {await Process.Exit}.\n{Process.Errors}{Process.Output}");
            try
            {
                using var answer = await Client.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (TimeProvider.System.GetElapsedTime(began) > patience)
                throw new TimeoutException($"The host is not ready.\n{Process.Errors}{Process.Output}");
            await Task.Delay(50);
        }
    }
}

public sealed record HostProcessOptions
{
    /// <summary>None: the embedded database in the data folder.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>None: a temporary one.</summary>
    public string? DataFolder { get; init; }

    public string Dll { get; init; } = HostProcess.Dll;

    public int? Port { get; init; }

    /// <summary>An ordinary user of this machine; none: the one who runs the tests.</summary>
    public string? AsUser { get; init; }

    /// <summary>Used with a database that is given; the embedded default makes its own.</summary>
    public string MasterKey { get; init; } = Convert.ToBase64String(new byte[32]);

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The demo bank; only with the embedded database.</summary>
    public bool Demo { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(4);
}
