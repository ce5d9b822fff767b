using Marketplace.Testing;

namespace Marketplace.EndToEnd.Framework;

/// <summary>One of the two sample services in a process of its own.</summary>
internal sealed class Sample : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Sample(ChildProcess process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    /// <param name="name"><c>provider</c> or <c>consumer</c>.</param>
    /// <param name="settings">Its configuration, such as <c>Marketplace:Url</c>.</param>
    /// <param name="port">Where others expect it; none: wherever there is room.</param>
    public static async Task<Sample> StartAsync(string name, IReadOnlyDictionary<string, string> settings, int? port = null)
    {
        var dll = Build.Output("samples", name, $"Marketplace.Samples.{char.ToUpperInvariant(name[0])}{name[1..]}.dll");
        var url = new Uri($"http://localhost:{port ?? LoopbackPort.Pick()}");
        var environment = settings.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => (string?)s.Value, StringComparer.Ordinal);
        environment["Port"] = url.Port.ToString();
        environment["Marketplace__StateFolder"] = "";
        environment["DOTNET_CONTENTROOT"] = Repository.File("samples", name);
        var process = ChildProcess.Start("dotnet", [dll], environment);
        try
        {
            await process.AnswersAsync(url);
            return new Sample(process, url);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
