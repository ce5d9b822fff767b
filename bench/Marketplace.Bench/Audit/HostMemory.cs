namespace Marketplace.Bench.Audit;

/// <summary>What the host holds in memory (proc(5): VmRSS) while something is done, looked at twenty times a second.</summary>
internal sealed class HostMemory : IDisposable
{
    private readonly int process;
    private readonly Timer timer;
    private readonly List<long> seen = [];
    private readonly Lock gate = new();

    public HostMemory(int process)
    {
        this.process = process;
        timer = new(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>At the beginning, the most in the first quarter, and the most of all.</summary>
    public string Told()
    {
        Look();
        lock (gate)
            return $"host {seen[0]} MB before, at most {seen.Take((seen.Count / 4) + 1).Max()} MB in the first quarter and {seen.Max()} MB in all";
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        var megabytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
        lock (gate)
            seen.Add(megabytes);
    }
}
