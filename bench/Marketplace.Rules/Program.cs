using System.Diagnostics;
using System.Text.Json;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Rulesets;

// findings <file>…   one JSON line per document: every rule, at every place.
// cost <file>…       what linting costs with the built-in ruleset, in processor time per document.
if (args is ["findings", .. var files])
{
    foreach (var file in files)
    {
        var report = Linter.Run(File.ReadAllBytes(file), FormatOf(file), RuleSeverities.Everything);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            file,
            findings = report.Findings.Select(f => new { rule = f.Rule, path = f.Pointer, line = f.Line, column = f.Column, message = f.Message }),
        }));
    }
    return 0;
}
if (args is ["rules"])
{
    Console.WriteLine(JsonSerializer.Serialize(AllRules.List.Select(r => new { name = r.Name, family = r.Family })));
    return 0;
}
if (args is ["cost", .. var measured])
{
    var severities = RulesetFile.Parse(RulesetFile.BuiltIn).Value!.For("payments", Classification.Internal);
    var costs = new List<(double Milliseconds, long Bytes, string File)>();
    long findings = 0;
    // The first pass warms the code up; a portal that publishes thousands is warm.
    foreach (var pass in Enumerable.Range(0, 2))
    {
        costs.Clear();
        findings = 0;
        foreach (var file in measured)
        {
            var bytes = File.ReadAllBytes(file);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            findings += Linter.Run(bytes, FormatOf(file), severities).Counts.Values.Sum();
            costs.Add(((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds, bytes.Length, file));
        }
    }
    costs.Sort();
    Console.WriteLine($"documents={costs.Count} bytes={costs.Sum(c => c.Bytes)} findings={findings}");
    Console.WriteLine($"total_cpu_s={costs.Sum(c => c.Milliseconds) / 1000:0.0} median_ms={costs[costs.Count / 2].Milliseconds:0.0} p90_ms={costs[costs.Count * 9 / 10].Milliseconds:0.0} worst_ms={costs[^1].Milliseconds:0} worst={Path.GetFileName(costs[^1].File)}");
    return 0;
}
Console.Error.WriteLine("findings <file>… | rules | cost <file>…");
return 2;

static DocumentFormat FormatOf(string file) => file.EndsWith(".json", StringComparison.Ordinal) ? DocumentFormat.Json : DocumentFormat.Yaml;
