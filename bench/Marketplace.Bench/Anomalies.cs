using System.Text.Json;
using Marketplace.Contracts.Usage;
using Marketplace.Core.Usage.Anomalies;

namespace Marketplace.Bench;

/// <summary>Replays series through the anomaly view: what it raises on them as they are, and which injected faults it finds.</summary>
internal static class Anomalies
{
    private const int Week = 7 * 24;
    private const int FaultHours = 24;
    private const int FaultsEach = 6;

    private static readonly (string Name, AnomalyMeasure Measure, bool IsAbove)[] Faults =
    [
        ("traffic to zero", AnomalyMeasure.Traffic, false), ("traffic doubled", AnomalyMeasure.Traffic, true),
        ("5 % more refused", AnomalyMeasure.Refusals, true), ("latency x2", AnomalyMeasure.Latency, true),
    ];

    /// <param name="which">The limits were chosen on the airports of odd places in the alphabet; the figures are of the even ones.</param>
    public static void Run(string file, string which)
    {
        var real = File.ReadLines(file).Select((line, i) => (Line: line, IsHeld: i % 2 == 0)).Where(l => l.IsHeld == (which == "held"))
            .Select(l => JsonSerializer.Deserialize<RawSeries>(l.Line, JsonSerializerOptions.Web)!).ToList();
        Console.WriteLine("Real series, as they are; every storm, strike and holiday among them counts as a false alarm:");
        var (rate, share, after) = Replay([.. real.ConvertAll(r => r.Of()), .. Regions(real)]);
        Console.WriteLine("Simulated series (weekly season, noise, no incidents):");
        Replay([.. new[] { 5, 30, 300, 3_000 }.SelectMany(size => Enumerable.Range(0, 10).Select(seed => Simulated.Of(size, seed)))]);
        Console.WriteLine(FormattableString.Invariant($"false_alarms_per_series_week={rate:0.000} found_share={share:0.00} found_after_h={after:0.0}"));
    }

    /// <summary>Airports are small: those with the same first letter together, and all of them, stand for busier APIs.</summary>
    private static IEnumerable<Series> Regions(List<RawSeries> airports) => airports.Where(a => a.Name.Length == 3)
        .SelectMany(a => new[] { (Key: a.Name[..1], Series: a), (Key: "all", Series: a) }).GroupBy(a => a.Key, a => a.Series)
        .Select(g => new RawSeries(g.Key, g.First().Start, [.. Enumerable.Range(0, g.Max(a => a.Hours.Length)).Select(h => g.SelectMany(a => h < a.Hours.Length ? a.Hours[h] : []).ToArray())]).Of());

    private static (double Rate, double Share, double After) Replay(List<Series> all)
    {
        double found = 0, injected = 0;
        var delays = new List<double>();
        var alarms = new Dictionary<(AnomalyMeasure, bool), int>();
        var weeks = all.Sum(s => Math.Max(0, s.Hours.Count - AnomalyDetector.History) / (double)Week);
        var rate = 0.0;
        foreach (var measure in Enum.GetValues<AnomalyMeasure>())
        {
            var judged = all.ConvertAll(s => AnomalyDetector.Judge(measure, s.As(), AnomalyDetector.History));
            var could = judged.Sum(j => j.Parts.Count(p => p.Side is not null)) / (double)Week;
            foreach (var side in judged.SelectMany(j => j.Incidents).GroupBy(i => i.IsAbove))
                alarms[(measure, side.Key)] = side.Count();
            var count = judged.Sum(j => j.Incidents.Count);
            rate += could == 0 ? 0 : count / could;
            Console.WriteLine(FormattableString.Invariant(
                $"  {measure,-9} {all.Count} series, {weeks:0} weeks of which {could:0} had calls enough to say: {count} alarms ({alarms.GetValueOrDefault((measure, true))} high, {alarms.GetValueOrDefault((measure, false))} low), {count / could:0.000} a week"));
        }
        foreach (var (name, measure, isAbove) in Faults)
        {
            foreach (var (label, least, most) in new[] { ("under 10", 0, 10), ("10 to 100", 10, 100), ("over 100", 100, int.MaxValue) })
            {
                var group = all.Where(s => s.Size >= least && s.Size < most).ToList();
                var results = group.SelectMany(s => Inject(s, name, measure, isAbove)).ToList();
                if (results.Count == 0)
                    continue;
                var hits = results.Where(r => r is not null).Select(r => r!.Value).Order().ToList();
                (found, injected) = (found + (least < 10 ? 0 : hits.Count), injected + (least < 10 ? 0 : results.Count));
                if (least >= 10)
                    delays.AddRange(hits);
                Console.WriteLine(FormattableString.Invariant(
                    $"  {name,-17} {label,9} calls an hour: {hits.Count} of {results.Count} found{(hits.Count > 0 ? $", half of them after {hits[hits.Count / 2]:0} h" : "")}"));
            }
        }
        delays.Sort();
        return (rate, injected == 0 ? 0 : found / injected, delays.Count == 0 ? 0 : delays[delays.Count / 2]);
    }

    /// <summary>For each fault the hours until it was told, or null.</summary>
    private static IEnumerable<double?> Inject(Series series, string fault, AnomalyMeasure measure, bool isAbove)
    {
        var dice = new SameDice(HashCode(series.Name));
        var span = series.Hours.Count - AnomalyDetector.History - FaultHours;
        for (var n = 0; n < FaultsEach && span > 0; n++)
        {
            var at = AnomalyDetector.History + dice.Next(span);
            var hours = series.Hours.ToArray();
            for (var h = at; h < at + FaultHours; h++)
                hours[h] = fault switch
                {
                    "traffic to zero" => [],
                    "traffic doubled" => [.. hours[h], .. hours[h]],
                    "latency x2" => [.. hours[h].Select(c => c with { Milliseconds = c.Milliseconds * 2 })],
                    _ => [.. hours[h].Select(c => dice.NextDouble() < 0.05 ? c with { IsRefused = true } : c)],
                };
            var start = series.Start + UsageSeries.Part * at;
            // Only what was told while it lasted, and had not begun before it.
            var told = AnomalyDetector.Judge(measure, (series with { Hours = [.. hours.Take(at + FaultHours)] }).As(), Math.Max(AnomalyDetector.History, at - Week))
                .Incidents.FirstOrDefault(i => i.IsAbove == isAbove && i.From >= start);
            yield return told is null ? null : (told.RaisedAt - start).TotalHours;
        }
    }

    private static int HashCode(string text) => text.Aggregate(17, (hash, c) => unchecked(hash * 31 + c));

    internal readonly record struct Call(double Milliseconds, bool IsRefused);

    internal sealed record Series(string Name, DateTimeOffset Start, IReadOnlyList<Call[]> Hours)
    {
        public double Size => Hours.Average(h => h.Length);

        public UsageSeries As() => new(Start, [.. Hours.Select(Part)]);

        private static UsagePart Part(Call[] calls)
        {
            Span<long> buckets = stackalloc long[LatencyBuckets.Count];
            foreach (var call in calls)
                buckets[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(call.Milliseconds))]++;
            return new(calls.Length, calls.Count(c => c.IsRefused), LatencyQuantile.Of(buckets, 0.95), calls.Length);
        }
    }

    private sealed record RawSeries(string Name, long Start, int[][] Hours)
    {
        /// <summary>An hour or more late stands for refused; an hour and the minutes late, for milliseconds.</summary>
        public Series Of() => new(Name, DateTimeOffset.FromUnixTimeSeconds(Start), [.. Hours.Select(h => h.Select(late => new Call(60 + Math.Max(-30, late), late >= 60)).ToArray())]);
    }

    private static class Simulated
    {
        public static Series Of(int size, int seed)
        {
            var dice = new SameDice(size * 100 + seed);
            var hours = new Call[16 * Week][];
            var drift = 0.0;
            for (var h = 0; h < hours.Length; h++)
            {
                // A working day with a noise that stays for some hours.
                var (day, hour) = (h / 24 % 7, h % 24);
                drift = 0.8 * drift + 0.05 * Normal(dice);
                var mean = size * (0.15 + Math.Exp(-Math.Pow(hour - 13, 2) / 18)) * (day > 4 ? 0.4 : 1) * Math.Exp(drift);
                hours[h] = [.. Enumerable.Range(0, Poisson(dice, mean)).Select(_ => new Call(20 * Math.Exp(0.6 * Normal(dice)), dice.NextDouble() < 0.002))];
            }
            return new($"{size}-{seed}", DateTimeOffset.UnixEpoch, hours);
        }

        private static double Normal(SameDice dice) => Math.Sqrt(-2 * Math.Log(1 - dice.NextDouble())) * Math.Cos(2 * Math.PI * dice.NextDouble());

        private static int Poisson(SameDice dice, double mean)
        {
            if (mean > 100)
                return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * Normal(dice)));
            var (limit, product, count) = (Math.Exp(-mean), dice.NextDouble(), 0);
            for (; product > limit; count++)
                product *= dice.NextDouble();
            return count;
        }
    }

    /// <summary>The same throws at every run (splitmix64).</summary>
    private sealed class SameDice(int seed)
    {
        private ulong _state = (ulong)seed;

        public double NextDouble()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }

        public int Next(int most) => (int)(NextDouble() * most);
    }
}
