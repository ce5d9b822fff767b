using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Bench.Pages;

/// <summary>
/// Each page asked for at a constant rate, whether or not the one before was answered, by each person who may see it:
/// milliseconds from when it was due until the first byte of its answer. A page counts when it is answered with 200 and
/// drawn with something in it; one that is neither measured nor said to be left out fails the whole.
/// </summary>
internal static partial class PageTimes
{
    private const string Nobody = "nobody";

    public static async Task<int> RunAsync(string folder, Uri portal, TimeSpan each, int perSecond)
    {
        var values = await PageRoutes.ValuesAsync(await File.ReadAllTextAsync(Path.Combine(folder, "connection")));
        var people = new List<(string Name, HttpClient Http)>();
        foreach (var (name, _) in Crowd.People)
            people.Add((name, await SignInAsync(portal, name)));
        people.Add((Nobody, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal }));
        var (only, measured, missing) = (Environment.GetEnvironmentVariable("ONLY"), new List<(double P95, double First, string Line)>(), new List<string>());
        Console.WriteLine("  first      p50      p95  longest      kB  by             page");
        foreach (var route in await PageRoutes.ListAsync())
        {
            if (PageRoutes.LeftOut.ContainsKey(route))
                continue;
            var addresses = PageRoutes.Addresses(route, values);
            if (addresses.Count == 0)
                missing.Add($"{route}: nothing is known to stand for its parameters");
            foreach (var address in addresses.Where(address => only is null || address.Contains(only, StringComparison.Ordinal)))
            {
                var looks = new List<Look>();
                foreach (var (name, http) in people)
                {
                    // Platform roles see the same page; of them one is enough. Who is signed in sees more than nobody.
                    if (looks.Exists(seen => seen.IsPage && (seen.Name != "owner" || name == Nobody)))
                        break;
                    var look = await LookAsync(http, name, address);
                    looks.Add(look);
                    if (!look.IsPage)
                        continue;
                    await MeasureAsync(http, address, each / 2.5, perSecond);
                    var times = await MeasureAsync(http, address, each, perSecond);
                    var line = $"{look.First,7:0} {At(times, 0.5),8:0.0} {At(times, 0.95),8:0.0} {times[^1],8:0.0} {look.Bytes / 1024.0,7:0.0}  {name,-14} {address}{(look.IsEmpty ? "  (says that there is nothing)" : "")}";
                    Console.WriteLine(line);
                    measured.Add((At(times, 0.95), look.First, line));
                }

                if (!looks.Exists(look => look.IsPage))
                    missing.Add($"{address}: {string.Join(", ", looks.Select(look => $"{look.Name} {(int)look.Status}"))}");
            }
        }

        Console.WriteLine("left out:\n  " + string.Join("\n  ", PageRoutes.LeftOut.Select(one => $"{one.Key}: {one.Value}")));
        Console.WriteLine("the slowest:");
        foreach (var (_, _, line) in measured.OrderByDescending(page => page.P95).Take(15))
            Console.WriteLine(line);
        if (missing.Count > 0)
            Console.WriteLine("neither measured nor left out:\n  " + string.Join("\n  ", missing));
        Console.WriteLine($"pages_measured={measured.Count} over_100_ms={measured.Count(page => page.P95 > 100)} worst_first_look_ms={measured.Max(page => page.First):0}");
        Console.WriteLine($"worst_p95_ms={measured.Max(page => page.P95):0.0}");
        return missing.Count == 0 ? 0 : 1;
    }

    private static async Task<Look> LookAsync(HttpClient http, string name, string address)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        var first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var body = await answer.Content.ReadAsByteArrayAsync();
        return new(name, answer.StatusCode, first, body.Length, Encoding.UTF8.GetString(body).Contains("class=\"empty-state\"", StringComparison.Ordinal));
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

    private sealed record Look(string Name, HttpStatusCode Status, double First, int Bytes, bool IsEmpty)
    {
        /// <summary>Less than this is no page of ours: a frame alone is more.</summary>
        private const int Smallest = 800;

        public bool IsPage => Status == HttpStatusCode.OK && Bytes >= Smallest;
    }
}
