using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Bench.Pages;

/// <summary>
/// Each page asked for at a constant rate, whether or not the one before was answered, by each person who may see it:
/// milliseconds from when it was due until the first byte of its answer. A page counts when it is answered with 200 and
/// drawn with something in it; one that is neither measured nor said to be left out fails the whole. The slowest are asked for
/// again and longer, and all of their times count: of few, whatever else the machine does in a moment decides.
/// </summary>
internal static partial class PageTimes
{
    private const string Nobody = "nobody";
    private const int AskedAgain = 15;

    public static async Task<int> RunAsync(string folder, Uri portal, TimeSpan each, int perSecond)
    {
        var values = await PageRoutes.ValuesAsync(await File.ReadAllTextAsync(Path.Combine(folder, "connection")));
        var people = new List<(string Name, HttpClient Http)>();
        foreach (var (name, _) in Crowd.People)
            people.Add((name, await SignInAsync(portal, name)));
        people.Add((Nobody, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal }));
        var (only, measured, missing) = (Environment.GetEnvironmentVariable("ONLY"), new List<Measured>(), new List<string>());
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
                    measured.Add(new(http, address, look, await MeasureAsync(http, address, each, perSecond)));
                    Console.WriteLine(measured[^1]);
                }

                if (!looks.Exists(look => look.IsPage))
                    missing.Add($"{address}: {string.Join(", ", looks.Select(look => $"{look.Name} {(int)look.Status}"))}");
            }
        }

        Console.WriteLine("left out:\n  " + string.Join("\n  ", PageRoutes.LeftOut.Select(one => $"{one.Key}: {one.Value}")));
        Console.WriteLine("the slowest, again and longer:");
        foreach (var slow in measured.OrderByDescending(page => page.P95).Take(AskedAgain).ToList())
        {
            await MeasureAsync(slow.Http, slow.Address, each / 2.5, perSecond);
            double[] times = [.. slow.Times, .. await MeasureAsync(slow.Http, slow.Address, each * 3, perSecond)];
            Array.Sort(times);
            measured[measured.IndexOf(slow)] = slow with { Times = times };
        }

        foreach (var page in measured.OrderByDescending(page => page.P95).Take(AskedAgain))
            Console.WriteLine(page);
        if (missing.Count > 0)
            Console.WriteLine("neither measured nor left out:\n  " + string.Join("\n  ", missing));
        Console.WriteLine($"pages_measured={measured.Count} over_100_ms={measured.Count(page => page.P95 > 100)} worst_first_look_ms={measured.Max(page => page.Look.First):0}");
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

    private sealed record Measured(HttpClient Http, string Address, Look Look, double[] Times)
    {
        public double P95 => At(Times, 0.95);

        public override string ToString() =>
            $"{Look.First,7:0} {At(Times, 0.5),8:0.0} {P95,8:0.0} {Times[^1],8:0.0} {Look.Bytes / 1024.0,7:0.0}  {Look.Name,-14} {Address}{(Look.IsEmpty ? "  (says that there is nothing)" : "")}";
    }

    private sealed record Look(string Name, HttpStatusCode Status, double First, int Bytes, bool IsEmpty)
    {
        /// <summary>Less than this is no page of ours: a frame alone is more.</summary>
        private const int Smallest = 800;

        public bool IsPage => Status == HttpStatusCode.OK && Bytes >= Smallest;
    }
}
