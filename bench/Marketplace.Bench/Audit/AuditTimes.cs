using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Marketplace.Bench.Pages;

namespace Marketplace.Bench.Audit;

/// <summary>What an auditor does with a trail of a million events, timed at the portal's own doors.</summary>
internal sealed class AuditTimes(string folder, Uri portal, int host)
{
    private const int Asks = 60;
    private string FileOf(string name) => Path.Combine(folder, name);

    public async Task RunAsync()
    {
        using var auditor = Program("auditor");
        Console.WriteLine(await File.ReadAllTextAsync(FileOf("loaded")));
        var perSecond = await ExportAsync(auditor, "api/v1/audit-export", "JSON Lines", FileOf("audit.jsonl"));
        await ExportAsync(auditor, "api/v1/audit-export?format=csv", "CSV", FileOf("audit.csv"));
        using var owner = Program("owner");
        await ExportAsync(owner, "api/v1/audit-export", "JSON Lines, the owner of many", FileOf("part.jsonl"));
        await File.WriteAllTextAsync(FileOf("keys.json"), await auditor.GetStringAsync(new Uri("api/v1/audit-keys", UriKind.Relative)));
        await VerifyAsync("mkt audit verify of the export", "--file", FileOf("audit.jsonl"), "--keys", FileOf("keys.json"));
        await VerifyAsync("mkt audit verify of the installation", "--url", portal.ToString(), "--token-file", FileOf("auditor.token"));
        await PagesAsync();
        await EraseAsync();
        await VerifyAsync("mkt audit verify of the installation after the erasure", "--url", portal.ToString(), "--token-file", FileOf("auditor.token"));
        Console.WriteLine($"audit_export_events_per_second={perSecond:0}");
    }

    private async Task<double> ExportAsync(HttpClient http, string address, string name, string file)
    {
        using var memory = new HostMemory(host);
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        var (first, bytes, lines) = (TimeSpan.Zero, 0L, 0L);
        await using (var output = File.Create(file))
        {
            int read;
            while ((read = await body.ReadAsync(buffer)) > 0)
            {
                first = bytes == 0 ? Stopwatch.GetElapsedTime(began) : first;
                bytes += read;
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                await output.WriteAsync(buffer.AsMemory(0, read));
            }
        }

        // One line is the header, or the statement.
        var (events, took) = (lines - 1, Stopwatch.GetElapsedTime(began));
        Console.WriteLine($"export as {name}: {events} events, {bytes / 1e6:0} MB in {took.TotalSeconds:0.0} s: {events / took.TotalSeconds:0} a second; first byte {first.TotalMilliseconds:0} ms; {memory.Told()}");
        return events / took.TotalSeconds;
    }

    private static async Task VerifyAsync(string name, params string[] arguments)
    {
        var began = Stopwatch.GetTimestamp();
        using var mkt = Process.Start(new ProcessStartInfo("dotnet", ["src/Marketplace.Cli/bin/Release/net10.0/mkt.dll", "audit", "verify", .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await mkt.StandardOutput.ReadToEndAsync();
        await mkt.WaitForExitAsync();
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (mkt.ExitCode != 0)
            throw new InvalidOperationException($"{name}: {said}");
        var events = long.Parse(said.Split(": ")[1].Split(' ')[0]);
        Console.WriteLine($"{name}: {took:0.0} s: {events / took:0} events a second\n  {said.Trim()}");
    }

    private async Task PagesAsync()
    {
        Console.WriteLine("pages (p50, p95, longest, in ms):");
        var all = new List<double[]>();
        foreach (var name in new[] { "auditor", "owner", "developer", "newcomer" })
        {
            using var http = await PageTimes.SignInAsync(portal, name);
            foreach (var address in TrailPages.Of(name))
            {
                var times = new double[Asks];
                for (var i = -5; i < Asks; i++)
                {
                    var began = Stopwatch.GetTimestamp();
                    using var answer = await http.GetAsync(new Uri(address, UriKind.Relative));
                    if (answer.StatusCode != HttpStatusCode.OK)
                        throw new InvalidOperationException($"{address}: {answer.StatusCode}");
                    if (i >= 0)
                        times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                }

                Array.Sort(times);
                Console.WriteLine($"{times[Asks / 2],8:0.0} {times[Asks * 95 / 100],8:0.0} {times[^1],8:0.0}  {name,-10} {address}");
                all.Add(times);
            }
        }

        Console.WriteLine($"audit_pages_worst_p95_ms={all.Max(times => times[Asks * 95 / 100]):0.0}");
    }

    /// <summary>The year before the seven that stay.</summary>
    private async Task EraseAsync()
    {
        using var asks = Program("administrator");
        using var confirms = Program("officer");
        using var asked = await asks.PostAsJsonAsync(new Uri("api/v1/audit-erasures", UriKind.Relative), new { before = TimeProvider.System.GetUtcNow().AddYears(-7).AddDays(-1), reason = "The law asks for seven years." });
        asked.EnsureSuccessStatusCode();
        var id = await asked.Content.ReadFromJsonAsync<Guid>();
        using var memory = new HostMemory(host);
        var began = Stopwatch.GetTimestamp();
        using var done = await confirms.PostAsync(new Uri($"api/v1/audit-erasures/{id}/confirmation", UriKind.Relative), null);
        done.EnsureSuccessStatusCode();
        Console.WriteLine($"a year's content erased in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s; {memory.Told()}");
    }

    private HttpClient Program(string name)
    {
        var http = new HttpClient { BaseAddress = portal, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(FileOf($"{name}.token")));
        return http;
    }
}
