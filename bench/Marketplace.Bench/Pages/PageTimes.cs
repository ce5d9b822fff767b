using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Marketplace.Bench.Pages;

/// <summary>
/// Each page asked for at a constant rate, whether or not the one before was answered, by each person who may see it:
/// milliseconds from when it was due until the first byte of its answer.
/// </summary>
internal static partial class PageTimes
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string folder, Uri portal, TimeSpan each, int perSecond)
    {
        var connection = await File.ReadAllTextAsync(Path.Combine(folder, "connection"));
        var values = await PageRoutes.ValuesAsync(connection);
        var people = new List<(string Name, HttpClient Http)>();
        foreach (var (name, _) in Crowd.People)
            people.Add((name, await SignInAsync(portal, name)));
        var only = Environment.GetEnvironmentVariable("ONLY");
        var measured = new List<(double P95, string Line)>();
        var notShown = new List<string>();
        foreach (var route in await PageRoutes.ListAsync())
        {
            if (only is not null && !route.Contains(only, StringComparison.Ordinal))
                continue;
            if (PageRoutes.Address(route, values) is not { } address)
            {
                notShown.Add($"{route}: nothing of its kind was loaded");
                continue;
            }

            var answers = new List<string>();
            foreach (var (name, http) in people)
            {
                using var look = await http.GetAsync(address);
                answers.Add($"{name} {(int)look.StatusCode}");
                if (look.StatusCode != HttpStatusCode.OK)
                    continue;
                await MeasureAsync(http, address, WarmUp, perSecond);
                var times = await MeasureAsync(http, address, each, perSecond);
                var line = $"{At(times, 0.5),8:0.0} {At(times, 0.95),8:0.0} {times[^1],8:0.0}  {name,-14} {address}";
                Console.WriteLine(line);
                measured.Add((At(times, 0.95), line));
                // Platform roles see the same page; of them one is enough, and so is one for what is the same to everybody.
                if (name != "owner")
                    break;
            }

            if (answers.TrueForAll(answer => !answer.EndsWith(" 200", StringComparison.Ordinal)))
                notShown.Add($"{route}: {string.Join(", ", answers)}");
        }

        Console.WriteLine("not shown, so not measured:\n  " + string.Join("\n  ", notShown));
        Console.WriteLine("the slowest (p50, p95, longest, in ms):");
        foreach (var (_, line) in measured.OrderByDescending(page => page.P95).Take(10))
            Console.WriteLine(line);
        Console.WriteLine($"pages_measured={measured.Count}");
        Console.WriteLine($"worst_p95_ms={measured.Max(page => page.P95):0.0}");
        return 0;
    }

    private static async Task<double[]> MeasureAsync(HttpClient http, string address, TimeSpan forSo, int perSecond)
    {
        var began = Stopwatch.GetTimestamp();
        var asked = new List<Task<double>>();
        for (var i = 0; i < (int)(forSo.TotalSeconds * perSecond); i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            if (due - Stopwatch.GetElapsedTime(began) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait);
            asked.Add(AskAsync(http, address, began, due));
        }

        var times = await Task.WhenAll(asked);
        Array.Sort(times);
        return times;
    }

    private static async Task<double> AskAsync(HttpClient http, string address, long began, TimeSpan due)
    {
        // Delays are a millisecond or so late, which is not the page's: it counts from when it was sent, unless that was late by more.
        var sent = Stopwatch.GetElapsedTime(began);
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);
        var first = Stopwatch.GetElapsedTime(began);
        await body.CopyToAsync(Stream.Null);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{address}: {answer.StatusCode}");
        return (first - (sent - due > TimeSpan.FromMilliseconds(5) ? due : sent)).TotalMilliseconds;
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    internal static async Task<HttpClient> SignInAsync(Uri portal, string name)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal };
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        var form = await http.GetStringAsync("/sign-in");
        using var fields = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", WebUtility.HtmlDecode(Verification().Match(form).Groups["value"].Value)), new("userName", name), new("password", Crowd.Password)]);
        using var answer = await http.PostAsync("/sign-in", fields);
        return (int)answer.StatusCode is 302 or 303 ? http : throw new InvalidOperationException($"{name} is not signed in: {answer.StatusCode}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Verification();
}
